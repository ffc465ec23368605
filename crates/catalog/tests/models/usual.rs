//! The usual input, by which models are compared.

use catalog::Model;
use money::Credits;

use crate::builtin;

/// What somebody who changes nothing orders.
#[test]
fn every_model_of_the_menu_has_a_usual_input_that_is_right_and_has_a_price() {
    let on_sale = builtin().models().iter().filter(|model| model.is_on_sale());
    for model in on_sale {
        let given = model.usual_input();
        assert_eq!(model.check(&given), Ok(()), "{}: {given:?}", model.id);
        let price = model.credits(&given);
        assert!(price.is_ok(), "{}: {price:?} {given:?}", model.id);
        assert_eq!(model.usual_credits(), price.ok(), "{}", model.id);
        assert!(model.usual_credits() >= model.from_credits(), "{}", model.id);
    }
}

#[test]
fn the_cheapest_models_are_these() {
    let menu =
        builtin().models().iter().filter(|model| model.in_menu() && !model.price_is_upper_bound());
    let mut prices: Vec<(Credits, &Model)> =
        menu.filter_map(|model| Some((model.usual_credits()?, model))).collect();
    prices.sort_by_key(|(credits, model)| (*credits, &model.id));
    let cheapest: Vec<String> =
        prices.iter().take(5).map(|(credits, model)| format!("{} {credits}", model.id)).collect();
    let expected = [
        "ai-music-api/boost-music-style 0.4",
        "ai-music-api/generate-lyrics 0.4",
        "elevenlabs/text-to-speech-turbo-2-5 0.426",
        "recraft/crisp-upscale 0.5",
        "z-image 0.8",
    ];
    assert_eq!(cheapest, expected);
}
