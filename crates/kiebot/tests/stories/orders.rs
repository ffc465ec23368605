//! A person orders, and gets what was ordered.

use sandbox::telegram::MediaKind;

use crate::world::story;

#[tokio::test]
async fn anna_orders_a_picture_and_pays_when_it_is_in_her_hands() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        println!("{}", anna.chat());
        anna.taps("🖼 Картинка").await;
        println!("{}", anna.chat());
    })
    .await;
}
