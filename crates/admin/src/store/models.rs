//! How single models do.

use sqlx::{FromRow, PgConnection};
use time::OffsetDateTime;

/// A model in numbers.
#[derive(Clone, Debug, Default, FromRow)]
pub(crate) struct Usage {
    pub(crate) model: String,
    pub(crate) orders: i64,
    pub(crate) done: i64,
    pub(crate) failed: i64,
    /// The class of the most frequent failure.
    pub(crate) most: Option<String>,
    pub(crate) revenue_kop: i64,
    pub(crate) cost_kop: i64,
}

/// How models did since a moment; of one when it is named.
pub(crate) async fn usage(
    connection: &mut PgConnection,
    world: &str,
    model: Option<&str>,
    since: OffsetDateTime,
) -> Result<Vec<Usage>, sqlx::Error> {
    sqlx::query_as(
        "with moved as (
             select generation_id,
                    sum(case kind when 'commit' then amount_kop when 'refund' then -amount_kop
                        else 0 end) as revenue,
                    sum(case when kind in ('cost', 'loss') then amount_kop else 0 end) as cost
             from ledger where generation_id is not null and at >= $3 group by generation_id
         )
         select generation.model, count(*) as orders,
                count(*) filter (where generation.state = 'done') as done,
                count(*) filter (where generation.state in ('failed', 'late')) as failed,
                mode() within group (order by generation.failure) as most,
                coalesce(sum(moved.revenue), 0)::bigint as revenue_kop,
                coalesce(sum(moved.cost), 0)::bigint as cost_kop
         from generations generation
         left join moved on moved.generation_id = generation.id
         where generation.world = $1 and ($2::text is null or generation.model = $2)
           and generation.created_at >= $3
         group by generation.model
         order by count(*) desc, generation.model",
    )
    .bind(world)
    .bind(model)
    .bind(since)
    .fetch_all(connection)
    .await
}
