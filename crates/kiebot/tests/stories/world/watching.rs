//! What the program does by itself from time to time.

use super::World;

impl World {
    /// The program looks at how the shop does, as it does each minute.
    pub async fn watches(&self) {
        self.app().watch().await.unwrap();
        self.app().audit_books(std::future::pending()).await.unwrap();
        self.settle().await;
    }
}
