screen-menu = Меню
screen-count = Всего { $count }
screen-english = Прямо now, <b>{ $name }</b>
odd = Странно
