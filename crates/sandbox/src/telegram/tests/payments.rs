use serde_json::{Value, json};

use super::Stage;

async fn bill(stage: &Stage, anna: i64) -> i64 {
    let params = json!({
        "chat_id": anna, "title": "Пополнение", "description": "100 ₽", "payload": "order-1",
        "currency": "XTR", "prices": [{ "label": "100 ₽", "amount": 100 }],
    });
    stage.done("sendInvoice", params).await["message_id"].as_i64().unwrap()
}

async fn last_update(stage: &Stage) -> Value {
    stage.done("getUpdates", json!({ "offset": -1 })).await[0].clone()
}

#[tokio::test]
async fn stars_are_paid_after_the_bot_agrees_and_can_go_back_once() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let id = bill(&stage, anna).await;
    assert!(stage.world.message(anna, id).unwrap().buttons[0][0].pay);
    let query = stage.world.pays(anna, id).unwrap();
    let update = last_update(&stage).await;
    assert_eq!(update["pre_checkout_query"]["invoice_payload"], "order-1");
    let agree = json!({ "pre_checkout_query_id": query, "ok": true });
    stage.done("answerPreCheckoutQuery", agree).await;
    let paid = last_update(&stage).await["message"]["successful_payment"].clone();
    assert_eq!((&paid["total_amount"], &paid["currency"]), (&json!(100), &json!("XTR")));
    assert!(stage.world.message(anna, id).unwrap().invoice.unwrap().paid);
    assert_eq!(stage.done("getMyStarBalance", json!({})).await["amount"], 100);
    let charge = paid["telegram_payment_charge_id"].clone();
    let refund = json!({ "user_id": anna, "telegram_payment_charge_id": charge });
    stage.done("refundStarPayment", refund.clone()).await;
    let twice = stage.refused("refundStarPayment", refund).await;
    assert_eq!(twice, "Bad Request: CHARGE_ALREADY_REFUNDED");
    let list = stage.done("getStarTransactions", json!({})).await;
    assert_eq!(list["transactions"].as_array().unwrap().len(), 2);
    assert_eq!(stage.world.violations(), []);
}

#[tokio::test]
async fn a_late_or_negative_answer_takes_no_stars() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let id = bill(&stage, anna).await;
    let late = stage.world.pays(anna, id).unwrap();
    stage.advance_s(11);
    let agree = json!({ "pre_checkout_query_id": late, "ok": true });
    stage.refused("answerPreCheckoutQuery", agree).await;
    let other = stage.world.pays(anna, id).unwrap();
    let refuse = json!({ "pre_checkout_query_id": other, "ok": false, "error_message": "нет" });
    stage.done("answerPreCheckoutQuery", refuse).await;
    assert_eq!(stage.world.checkout_answer(&other), Some(Err("нет".to_owned())));
    assert_eq!(stage.world.star_payments(), []);
}

#[tokio::test]
async fn a_bill_in_stars_has_one_price_and_no_provider() {
    let stage = Stage::start().await;
    let anna = stage.anna();
    let mut params = json!({
        "chat_id": anna, "title": "a", "description": "b", "payload": "c", "currency": "XTR",
        "prices": [{ "label": "x", "amount": 1 }, { "label": "y", "amount": 1 }],
    });
    stage.refused("sendInvoice", params.clone()).await;
    params["prices"] = json!([{ "label": "x", "amount": 1 }]);
    params["provider_token"] = json!("123:TEST");
    stage.refused("sendInvoice", params).await;
}
