//! A person orders, and gets what was ordered.

use sandbox::telegram::MediaKind;

use crate::world::story;

#[tokio::test]
async fn anna_orders_a_picture_and_pays_when_it_is_in_her_hands() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start").await;
        anna.taps("🖼 Картинка").await;
        anna.taps("Nano Banana · ").await;
        println!("{}\n==", anna.screen());
        anna.taps("✨ Создать").await;
        println!("{}\n==", anna.screen());
        anna.sends("Кот читает газету").await;
        println!("{}\n==", anna.screen());
        anna.taps("✅ Запустить").await;
        println!("{}\n==", anna.chat());
        println!("{:?}", anna.wallet().await);
        let task = world.kie().tasks().pop().unwrap();
        println!("{:?}", world.kie().succeed(&task.id).await);
        world.settle().await;
        println!("{:?}", world.jobs().await);
        anna.receives(MediaKind::Photo, 1);
    })
    .await;
}
