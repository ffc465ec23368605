# The shop's news, and the wish to have none.
button-news = 🔔 News
button-news-off = 🔕 No more news
button-news-on = 🔔 Send me news
screen-news-on =
    🔔 <b>News is on</b>
    Now and then we tell about new models, ideas and discounts. Messages about orders and money always come.
screen-news-off =
    🔕 <b>News is off</b>
    We will not disturb you again. Messages about your orders and money come as before. Should you change your mind, press the button below or write /news.
field-command-news = News: on or off
notice-alert-broadcast =
    📣 <b>Broadcast { $number } is over</b>
    Delivered { $delivered }, stopped the bot { $blocked }, failed { $failed }.
