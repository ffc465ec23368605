//! Reports on the command line.

use std::process::Stdio;

use serde_json::Value;

use crate::outside::{Outside, command};

/// A person of October, and what KIE.ai took for a prompt then.
const OCTOBER: &str = "
    insert into users (language, created_at, seen_at)
        values ('ru', '2026-10-15 12:00Z', '2026-10-15 12:00Z');
    insert into ledger (at, world, kind, debit, credit, amount_kop, money, actor, operation, part)
        values ('2026-10-31 20:30Z', 'real', 'cost', 'kie_credits', 'provider_cost', 250, 'real',
                'program', 'cost:test', 0),
               ('2026-10-31 21:00Z', 'real', 'cost', 'kie_credits', 'provider_cost', 1, 'real',
                'program', 'cost:november', 0);";

#[tokio::test]
async fn a_month_is_reported_in_figures_and_files() {
    let outside = Outside::new().await;
    let settings = [("DATABASE_URL", outside.database.clone())];
    let folder = tempfile::tempdir().unwrap();
    let run = async |arguments: &[&str]| {
        let mut command = command("report", &settings);
        command.arg("monthly").args(arguments).arg("--out").arg(folder.path());
        let output = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().await.unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), said, String::from_utf8(output.stderr).unwrap())
    };
    sqlx::raw_sql(OCTOBER).execute(&outside.pool).await.unwrap();

    let (code, said, told) = run(&["--month", "2026-10", "--json"]).await;
    assert_eq!(code, Some(0), "{told}");
    let report: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(report["month"], "2026-10");
    assert_eq!(report["summary"]["cost_kop"], 250, "{said}");
    assert_eq!(report["summary"]["margin_kop"], -250);
    assert_eq!(report["figures"]["people"]["new"], 1);
    assert_eq!(report["days"].as_array().unwrap().len(), 31);
    assert_eq!(report["days"][30]["cost_kop"], 250, "the last evening of Moscow's October");
    assert_eq!(report["violations"], 0);
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let csv = read("report-2026-10.csv");
    assert_eq!(csv.lines().count(), 32);
    assert!(csv.contains("\n2026-10-31,0,0,0,0,250,-250,0,0,0,0,0,0\n"), "{csv}");
    assert!(read("report-2026-10.html").contains("<h1>Отчёт: октябрь 2026</h1>"));

    let (code, said, _) = run(&["--language", "en"]).await;
    assert_eq!(code, Some(0));
    assert!(said.contains("orders 0: done 0") && said.contains("0 violations"), "{said}");

    let (code, _, told) = run(&["--month", "10.2026"]).await;
    assert_eq!(code, Some(2));
    assert!(told.contains("write it as 2026-11"), "{told}");

    let spoil = "insert into wallets (user_id, world, real_kop, created_at)
                 select id, 'real', 7, created_at from users";
    sqlx::raw_sql(spoil).execute(&outside.pool).await.unwrap();
    let (code, said, _) = run(&["--month", "2026-10"]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("1 violations") || said.contains("2 violations"), "{said}");
}
