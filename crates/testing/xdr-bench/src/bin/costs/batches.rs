//! Measures a scan of a long list of endpoints in batches.

use std::error::Error;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use xdr_conformance::Kind;
use xdr_model::{BatchProgress, Credentials, Filter, Scan, ScanBatches, Session, Settings, Tenant};

use super::process::Usage;

/// The headers of the printed columns.
pub(crate) const COLUMNS: &str =
    "client    endpoints  batches   saves  MB per save   seconds  peak MB  CPU s  success";

const TWO_HOURS: Duration = Duration::from_secs(7200);

/// Scans endpoints in batches and prints the costs. Each line of `ids` is the id of an endpoint. All batches are saved
/// before and after each batch is sent.
///
/// # Errors
/// If the run ends early, or if the system cannot be measured.
pub(crate) fn measure(url: &str, ids: &Path, kind: Kind) -> Result<(), Box<dyn Error>> {
    let session = Session::new(Tenant::loopback(url)?, Credentials::standard("1", "demo")?);
    let ids = fs::read_to_string(ids)?;
    let scan = Scan::matching([Filter::endpoint_ids(ids.lines())]);
    let batches = ScanBatches::split(scan, ScanBatches::SIZE)?;
    let (saved, began) = (tempfile::NamedTempFile::new()?, Instant::now());
    let (mut saves, mut bytes) = (0_u32, 0);
    let observer = |progress: BatchProgress| {
        if matches!(progress, BatchProgress::Sending { .. } | BatchProgress::Answered { .. }) {
            let document = serde_json::to_vec(progress.batches()).unwrap_or_default();
            if document.is_empty() || fs::write(saved.path(), &document).is_err() {
                return ControlFlow::Break(());
            }
            (saves, bytes) = (saves + 1, document.len());
        }
        ControlFlow::Continue(())
    };
    let flow = session.run_batches(batches, TWO_HOURS)?;
    let settings = Settings::default();
    let ended = match kind {
        Kind::Blocking => xdr_blocking::Client::with_settings(session, &settings)?.drive(flow, observer),
        Kind::Async => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(xdr_async::Client::with_settings(session, &settings)?.drive(flow, observer)),
    }?;
    let (usage, seconds) = (Usage::now()?, began.elapsed().as_secs_f64());
    println!(
        "{:<9} {:>9} {:>8} {saves:>7} {:>12.1} {seconds:>9.1} {:>8.1} {:>6.1}  {}",
        format!("{kind:?}").to_lowercase(),
        ended.settled(),
        ended.len(),
        bytes as f64 / 1e6,
        usage.peak as f64 / 1e6,
        usage.cpu.as_secs_f64(),
        ended.is_success(),
    );
    Ok(())
}
