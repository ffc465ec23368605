screen-menu = Menu
screen-count = In all { $number }
screen-english = Right now, <b>{ $name }</b>
odd = Odd
