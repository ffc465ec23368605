notice-alert-backup-failed =
    💾 <b>There is no backup</b>
    { $reason }
    Orders go on. Remove the cause and make one by hand.
