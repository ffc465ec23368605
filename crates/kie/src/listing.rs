//! The catalogue as the provider publishes it (KIE docs: models). All its calls share a limit of
//! one per second and account; spacing them is the caller's.

use reqwest::Method;
use reqwest::header::USER_AGENT as USER_AGENT_HEADER;
use serde_json::{Value, json};
use url::Url;

use crate::client::{self, KieClient, USER_AGENT};
use crate::failure::ReadFailure;
use crate::json;
use crate::keys::KeyName;

/// One published model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The slug, as createTask wants it.
    pub model: String,
    /// The display name.
    pub title: Option<String>,
    /// The vendor.
    pub provider: Option<String>,
    /// What it does, such as `Text to Video`; several are possible.
    pub task_types: Vec<String>,
    /// The provider's words about it.
    pub description: Option<String>,
    /// The price in free English text: good for noticing a change, not for computing.
    pub pricing: Option<String>,
}

/// One line of the public price feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedPrice {
    /// The slug of the model.
    pub model: String,
    /// Which variant, in prose.
    pub words: String,
    /// Credits for one unit, as written.
    pub credits: String,
    /// What they are for, such as `per second`.
    pub unit: String,
}

/// A page of the public price feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedPage {
    /// Its lines; those that name no model or no price are left out.
    pub prices: Vec<FeedPrice>,
    /// How many pages there are.
    pub pages: u32,
}

/// How often tasks of a model worked out in the last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SuccessRate {
    /// Of a thousand tasks so many.
    pub permille: u16,
    /// The ten-minute spans with traffic that it is the mean of.
    pub spans: u16,
}

/// The most lines that a page of the feed may have.
const FEED_PAGE: u32 = 100;

impl KieClient {
    /// Reads the list of all models. Items without a slug are left out.
    ///
    /// # Errors
    /// [`ReadFailure`].
    pub async fn listings(&self, key: &KeyName) -> Result<Vec<Listing>, ReadFailure> {
        let url = format!("{}/api/v1/models", self.0.api_url);
        let data = self.read_data("list", key, (Method::GET, &url), None).await?;
        let Some(models) = data.get("models").and_then(Value::as_array) else {
            return Err(ReadFailure::Unreadable("no list of models in the answer".into()));
        };
        Ok(models.iter().filter_map(listing).collect())
    }

    /// Reads a model's OpenAPI document; `None` when the provider has none.
    ///
    /// # Errors
    /// [`ReadFailure`]; an unknown model is refused with code 404.
    pub async fn schema(&self, key: &KeyName, model: &str) -> Result<Option<Value>, ReadFailure> {
        let data = self.about(key, model, "schema").await?;
        Ok(data.get("openapi").filter(|document| document.is_object()).cloned())
    }

    /// Reads how often tasks of a model worked out lately; `None` without traffic.
    ///
    /// # Errors
    /// [`ReadFailure`]; an unknown model is refused with code 404.
    pub async fn success_rate(
        &self,
        key: &KeyName,
        model: &str,
    ) -> Result<Option<SuccessRate>, ReadFailure> {
        Ok(success_rate(&self.about(key, model, "success-rate").await?))
    }

    /// Reads what the provider says about one model. The slashes of its slug stay as they are.
    async fn about(&self, key: &KeyName, model: &str, what: &str) -> Result<Value, ReadFailure> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/".contains(&byte);
        if !model.bytes().all(plain)
            || model.split('/').any(|part| part.trim_matches('.').is_empty())
        {
            return Err(ReadFailure::NotAllowed("the model's slug is malformed"));
        }
        let url = format!("{}/api/v1/models/{model}/{what}", self.0.api_url);
        self.read_data("list", key, (Method::GET, &url), None).await
    }

    /// Reads a page of the public price feed, from 1. It needs no key, and is no promise of the
    /// provider: the page of its own price list uses it.
    ///
    /// # Errors
    /// [`ReadFailure`].
    pub async fn price_feed(&self, page: u32) -> Result<FeedPage, ReadFailure> {
        let url = format!("{}/client/v1/model-pricing/page", self.0.api_url);
        let body = json!({
            "pageNum": page, "pageSize": FEED_PAGE, "modelDescription": "", "interfaceType": ""
        });
        let request = self.0.http.post(&url).header(USER_AGENT_HEADER, USER_AGENT).json(&body);
        let answer = self.send("list", request.timeout(self.0.timeouts.read)).await?;
        let data = client::data_of(&answer)?.data;
        let Some(records) = data.get("records").and_then(Value::as_array) else {
            return Err(ReadFailure::Unreadable("no lines in the price feed".into()));
        };
        let pages = data.get("pages").and_then(json::whole).unwrap_or(1);
        let prices = records.iter().filter_map(feed_price).collect();
        Ok(FeedPage { prices, pages: u32::try_from(pages).unwrap_or(1) })
    }
}

fn feed_price(record: &Value) -> Option<FeedPrice> {
    let told = |name| json::field(record, &[name]).and_then(json::text);
    let anchor = Url::parse(&told("anchor")?).ok()?;
    let model = anchor.query_pairs().find(|(name, _)| name == "model")?.1.into_owned();
    let credits = told("creditPrice")?.trim().to_owned();
    let words = told("modelDescription").unwrap_or_default();
    let unit = told("creditUnit").unwrap_or_default();
    Some(FeedPrice { model, words, credits, unit })
}

/// The mean over the spans with traffic. The documentation does not say whether a rate is a part of
/// one or of a hundred; the two rates of a span together are the whole.
fn success_rate(data: &Value) -> Option<SuccessRate> {
    let points = data.get("points").and_then(Value::as_array)?;
    let told = |point: &Value, name| json::field(point, &[name]).and_then(thousandths);
    let spans: Vec<(Option<u64>, Option<u64>)> = points
        .iter()
        .map(|point| (told(point, "successRate"), told(point, "errorRate")))
        .filter(|(success, error)| success.is_some() || error.is_some())
        .collect();
    let most = spans.iter().map(|(success, error)| success.unwrap_or(0).max(error.unwrap_or(0)));
    let whole: u64 = if most.max()? > 1_000 { 100_000 } else { 1_000 };
    let one = |(success, error): &(Option<u64>, Option<u64>)| {
        success.or_else(|| Some(whole.saturating_sub((*error)?))).unwrap_or(0).min(whole)
    };
    let sum: u64 = spans.iter().map(one).sum();
    let count = u64::try_from(spans.len()).ok().filter(|count| *count > 0)?;
    let permille = u16::try_from(sum * 1_000 / whole / count).ok()?;
    Some(SuccessRate { permille, spans: u16::try_from(count).unwrap_or(u16::MAX) })
}

/// A number of at least zero in thousandths, whether written `0.985`, `98.5`, `"98.5%"`.
fn thousandths(value: &Value) -> Option<u64> {
    let text = json::text(value)?;
    let text = text.trim().trim_end_matches('%').trim_end();
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || text.len() > 30 || (whole.is_empty() && part.is_empty()) {
        return None;
    }
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    whole.checked_mul(1_000)?.checked_add(part.parse().ok()?)
}

fn listing(item: &Value) -> Option<Listing> {
    let told = |name| json::field(item, &[name]).and_then(json::text);
    let task_types = match item.get("taskType") {
        Some(Value::Array(types)) => types.iter().filter_map(json::text).collect(),
        Some(one) => json::text(one).into_iter().collect(),
        None => Vec::new(),
    };
    Some(Listing {
        model: json::field(item, &["model", "slug"]).and_then(json::text)?,
        title: told("title"),
        provider: told("provider"),
        task_types,
        description: told("description"),
        pricing: told("pricingDesc"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stub::{Stub, client};

    #[tokio::test]
    async fn the_list_is_read_leniently() {
        let stub = Stub::answering(
            200,
            r#"{"code":200,"data":{"total":3,"models":[
                {"model":"kling-3.0/video","slug":"kling-3.0/video","title":"Kling","provider":"Kling",
                 "taskType":["Text to Video","Image to Video"],"description":"","pricingDesc":"14 credits"},
                {"slug":"z-image","pricingDesc":null}, {"title":"nameless"}, 7]}}"#,
        )
        .await;
        let (kie, _hand) = client(&stub.url);
        let key = kie.pick_key().unwrap();
        let listings = kie.listings(&key).await.unwrap();
        assert_eq!(listings.len(), 2);
        assert_eq!(listings[0].task_types, ["Text to Video", "Image to Video"]);
        assert_eq!(listings[0].pricing.as_deref(), Some("14 credits"));
        assert_eq!(listings[1].model, "z-image");
    }

    #[tokio::test]
    async fn the_price_feed_is_read_without_a_key() {
        let stub = Stub::answering(
            200,
            r#"{"code":200,"data":{"total":3,"pages":6,"records":[
                {"modelDescription":"Kling 3.0, std","creditPrice":"14.0","creditUnit":"per second",
                 "usdPrice":"0.07 ","anchor":"https://kie.ai/kling?model=kling-3.0%2Fvideo"},
                {"modelDescription":"nameless","creditPrice":"1","anchor":"https://kie.ai/x"}, 7]}}"#,
        )
        .await;
        let (kie, _hand) = client(&stub.url);
        let page = kie.price_feed(2).await.unwrap();
        let expected = FeedPrice {
            model: "kling-3.0/video".to_owned(),
            words: "Kling 3.0, std".to_owned(),
            credits: "14.0".to_owned(),
            unit: "per second".to_owned(),
        };
        assert_eq!((page.prices, page.pages), (vec![expected], 6));
        assert_eq!(stub.seen()[0].path, "/client/v1/model-pricing/page");
        assert!(!format!("{:?}", stub.seen()[0]).to_lowercase().contains("bearer"));
    }

    #[test]
    fn a_success_rate_is_the_mean_of_the_spans_with_traffic_in_whatever_scale() {
        let read = |points: Value| success_rate(&json!({"model": "m", "points": points}));
        let is = |permille, spans| Some(SuccessRate { permille, spans });
        let quiet =
            json!({"start": "2026-03-02T09:00:00Z", "successRate": null, "errorRate": null});
        let cases = [
            (json!([{"successRate": 0.9, "errorRate": 0.1}, quiet]), is(900, 1)),
            (json!([{"successRate": 90, "errorRate": 10}, {"successRate": 70.5}]), is(802, 2)),
            (json!([{"successRate": "98.5%"}, {"errorRate": "1.5"}]), is(985, 2)),
            (json!([{"successRate": 1, "errorRate": 0}]), is(1_000, 1)),
            (json!([{"successRate": 0, "errorRate": 1}]), is(0, 1)),
            (json!([{"successRate": 0, "errorRate": 100, "isNormal": false}]), is(0, 1)),
            (json!([{"errorRate": 0.25}]), is(750, 1)),
            (json!([quiet]), None),
            (json!([]), None),
            (json!([{"successRate": "bad"}, 7, null, {"successRate": -1}]), None),
            (json!({"not": "a list"}), None),
        ];
        for (points, expected) in cases {
            assert_eq!(read(points.clone()), expected, "{points}");
        }
        assert_eq!(success_rate(&Value::Null), None);
    }

    #[tokio::test]
    async fn a_success_rate_is_asked_for_by_the_slug() {
        let stub =
            Stub::answering(200, r#"{"code":200,"data":{"points":[{"successRate":0.5}]}}"#).await;
        let (kie, _hand) = client(&stub.url);
        let key = kie.pick_key().unwrap();
        let rate = kie.success_rate(&key, "kling-3.0/video").await.unwrap().unwrap();
        assert_eq!((rate.permille, rate.spans), (500, 1));
        assert_eq!(stub.seen()[0].path, "/api/v1/models/kling-3.0/video/success-rate");
    }

    #[tokio::test]
    async fn a_schema_is_asked_for_with_the_slash_as_it_is() {
        let stub =
            Stub::answering(200, r#"{"code":200,"data":{"model":"m","openapi":{"paths":{}}}}"#)
                .await;
        let (kie, _hand) = client(&stub.url);
        let key = kie.pick_key().unwrap();
        assert!(kie.schema(&key, "kling-3.0/video").await.unwrap().is_some());
        assert_eq!(stub.seen()[0].path, "/api/v1/models/kling-3.0/video/schema");
        for bad in ["", "../x", "a//b", "a?b", "a/../b", "/a"] {
            let refused = kie.schema(&key, bad).await;
            assert!(matches!(refused, Err(ReadFailure::NotAllowed(_))), "{bad}");
        }
    }
}
