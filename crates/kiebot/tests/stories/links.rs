//! Files by link, and the internet of a story: what the guard would visit, and nothing else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use chat::{FileFailure, FileFuture, FileTrouble, LinkSource};
use fetch::{AllowList, Audience, Guard};
use sandbox::telegram::{MediaKind, PersonFile};

use crate::world::story;

/// Files by their public addresses.
#[derive(Clone, Default)]
pub struct Links(Arc<Mutex<HashMap<String, Vec<u8>>>>);

impl Links {
    /// From now on this stands there.
    pub fn put(&self, url: &str, bytes: Vec<u8>) {
        self.0.lock().unwrap().insert(url.to_owned(), bytes);
    }
}

impl LinkSource for Links {
    fn fetch<'a>(&'a self, url: &'a str, max_bytes: u64) -> FileFuture<'a> {
        let guard = Guard::new(AllowList::new(&[], &[]).unwrap());
        let found = self.0.lock().unwrap().get(url).cloned();
        Box::pin(async move {
            if guard.check(Audience::PersonLink, url).is_err() {
                return Err(FileFailure::Trouble(FileTrouble::LinkRefused));
            }
            let found = found.ok_or(FileFailure::Trouble(FileTrouble::LinkGone))?;
            if u64::try_from(found.len()).unwrap() > max_bytes {
                return Err(FileFailure::Trouble(FileTrouble::LinkTooBig { megabytes: 100 }));
            }
            Ok(found.into())
        })
    }
}

const CAT: &str = "https://photos.example/cat.png";

#[tokio::test]
async fn a_link_stands_for_a_photo_and_is_not_passed_on() {
    story(async |world| {
        world.links().put(CAT, world.photo());
        let anna = world.person("Анна");
        anna.sends("/start m_recraft_remove-background").await;
        anna.taps("✨ Создать").await.sees("Или ссылка на файл");
        for refused in ["http://photos.example/cat.png", "https://127.0.0.1/cat.png"] {
            anna.sends(refused).await.sees("По этой ссылке не зайти");
        }
        anna.sends("https://photos.example/dog.png").await.sees("По этой ссылке файла нет");
        anna.sends(CAT).await.sees("Проверьте заказ");
        anna.taps("✅ Запустить").await.sees("Взяли в работу");
        let task = world.kie().tasks().pop().unwrap();
        let input = task.input.to_string();
        assert!(input.contains("https://") || input.contains("http://"), "{input}");
        assert!(!input.contains("photos.example"), "{input}");
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn a_link_that_leads_elsewhere_by_then_gives_the_money_back() {
    story(async |world| {
        world.links().put(CAT, world.photo());
        let anna = world.person("Анна");
        anna.sends("/start m_recraft_remove-background").await;
        anna.taps("✨ Создать").await;
        anna.sends(CAT).await.sees("Проверьте заказ");
        let mut other = world.photo();
        other.extend_from_slice(b"more");
        world.links().put(CAT, other);
        let (before, _) = anna.wallet().await;
        anna.taps("✅ Запустить").await.sees("Деньги возвращены");
        assert_eq!(anna.wallet().await, (before, 0));
        assert!(world.kie().tasks().is_empty());
        anna.screen();
    })
    .await;
}

/// An uncompressed picture, as no model takes it. The width is a multiple of four.
pub(crate) fn bmp(width: u32, height: u32) -> Vec<u8> {
    let pixels = width * height * 3;
    let mut bytes = b"BM".to_vec();
    for number in
        [54 + pixels, 0, 54, 40, width, height, 1 | (24 << 16), 0, pixels, 2835, 2835, 0, 0]
    {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.resize(usize::try_from(54 + pixels).unwrap(), 90);
    bytes
}

#[tokio::test]
async fn a_picture_of_a_wrong_type_is_mended_by_one_press() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start m_recraft_remove-background").await;
        anna.taps("✨ Создать").await;
        let file = PersonFile::new(bmp(320, 320), "image/bmp", "cat.bmp");
        world.telegram().sends_file(anna.id(), MediaKind::Document, file);
        world.settle().await;
        anna.sees("такой файл не подойдёт");
        anna.taps("🛠 Исправить").await.sees("Проверьте заказ");
        anna.taps("✅ Запустить").await.sees("Взяли в работу");
        let uploaded = world.kie().tasks().pop().unwrap().input["image"].clone();
        assert!(uploaded.as_str().unwrap().ends_with(".jpg"), "{uploaded}");
        world.succeeds().await;
        anna.receives(MediaKind::Photo, 1);
        anna.screen();
    })
    .await;
}

#[tokio::test]
async fn a_picture_that_is_too_long_is_cut_by_one_press() {
    story(async |world| {
        let anna = world.person("Анна");
        anna.sends("/start m_happyhorse_image-to-video").await;
        anna.taps("✨ Создать").await.sees("Стороны: не короче 300 пикселей").sees("2,5 к 1");
        let as_png = |bytes: &[u8]| {
            let to = media::PictureType::Png;
            media::refit(bytes, media::Refit { to, percent: 100, stretch: None }).unwrap()
        };
        anna.sends_photo(as_png(&bmp(120, 120)), "icon.png").await.sees("слишком мелко");
        assert!(!anna.screen().contains("✂️"));
        anna.sends_photo(as_png(&bmp(1600, 400)), "panorama.png").await.sees("слишком вытянуто");
        anna.taps("✂️ Обрезать").await.sees("Проверьте заказ");
        anna.changes("✏️ Чёткость", "720").await;
        anna.taps("✅ Запустить").await.sees("Взяли в работу");
        let uploaded = world.kie().tasks().pop().unwrap().input["image_urls"][0].clone();
        let uploaded = world.kie().file_at(uploaded.as_str().unwrap()).unwrap();
        let found = media::inspect(&uploaded).unwrap();
        assert_eq!((found.width, found.height), (Some(1000), Some(400)));
        world.succeeds().await;
        anna.receives(MediaKind::Video, 1);
        anna.screen();
    })
    .await;
}
