//! Ten thousand updates of a person who does anything: the bot lives, and always answers.

use catalog::Answers;
use serde_json::{Value, json};
use telegram::Inbound;

use crate::input::Input;
use crate::screen::Act;
use crate::trial::{ANNA, Trial, an_order, picture};

const UPDATES: usize = 10_000;

/// Numbers that are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(most).unwrap()).unwrap()
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

const WORDS: [&str; 16] = [
    "кот",
    "/start",
    "/start m_nothing",
    "/menu@kie_bot",
    "/delete_me",
    "/money",
    "/models",
    "",
    " ",
    "<b>&",
    "🔎 Все модели",
    "🏠 Меню",
    "9999999999999999999",
    "-1",
    "\u{202e}",
    "/search",
];

const FORGED: [&str; 16] = [
    "",
    "1|",
    "1|j|",
    "1|j|x1",
    "1|j|k9",
    "1|j|pa99",
    "1|j|oz",
    "1|j|*no/such",
    "1|d|no/such",
    "1|w|1|c0",
    "1|w|-1|e65535",
    "1|r|0",
    "1|h|65535",
    "2|m",
    "1|j|f65535",
    "1|j|m65535",
];

fn update(dice: &mut Dice, number: usize, anna: &Trial) -> Value {
    let from = json!({"id": ANNA, "is_bot": false, "first_name": "A", "language_code": "ru"});
    let chat = json!({"id": ANNA, "type": "private"});
    let press = |data: &str| {
        json!({"update_id": number, "callback_query": {
            "id": "1", "from": from, "chat_instance": "1", "data": data,
            "message": {"message_id": 5, "date": 1, "chat": chat, "text": "x"}
        }})
    };
    match dice.below(10) {
        0..=5 => {
            let taps: Vec<_> = anna.screen.inline.iter().flatten().collect();
            match taps.get(dice.below(taps.len().max(1))).map(|tap| &tap.act) {
                Some(Act::Press(data)) => press(data),
                Some(Act::Link(_)) | None => press("1|m"),
            }
        }
        6 => press(dice.one(&FORGED)),
        7 | 8 => {
            let text = dice.one(&WORDS).repeat(1 + dice.below(3));
            json!({"update_id": number, "message":
                {"message_id": 7, "date": 1, "chat": chat, "from": from, "text": text}})
        }
        _ => json!({"update_id": number, "message":
            {"message_id": 7, "date": 1, "chat": chat, "from": from,
             "location": {"latitude": 1.0, "longitude": 2.0}}}),
    }
}

#[test]
fn ten_thousand_random_updates_are_all_answered() {
    let mut dice = Dice(20_260_302);
    let mut anna = Trial::new();
    anna.orders.push(an_order("google/nano-banana", Answers::new()));
    let mut answered = 0;
    for number in 1..=UPDATES {
        let json = update(&mut dice, number, &anna).to_string();
        let Ok(update) = telegram::parse_update(&json) else { panic!("{json}") };
        assert!(!matches!(update.inbound, Inbound::Other), "{json}");
        if number % 50 == 0 {
            anna.acts(Input::File { file: Ok(picture()), album: None });
        }
        let input = Input::read(&update.inbound).unwrap();
        // Every screen is checked by the trial itself: limits, readable buttons, a way back.
        assert!(!anna.acts(input).html.is_empty());
        answered += 1;
        // Orders of a long evening are paid by somebody.
        anna.wallet = crate::trial::bonus(200);
        anna.orders.truncate(20);
    }
    assert_eq!(answered, UPDATES);
}
