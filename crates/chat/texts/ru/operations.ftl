notice-alert-backup-failed =
    💾 <b>Резервной копии нет</b>
    { $reason }
    Заказы работают. Исправьте причину и сделайте копию вручную: <code>kiebot backup</code>.
