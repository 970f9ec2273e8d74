//! The machines of a simulated tenant, and how a test changes them between two requests.

use super::Sim;
use crate::endpoint::{Connection, Endpoint};
use crate::outcomes::Outcomes;

impl Sim {
    /// This is the fleet, in a fixed order. Endpoints that were added follow those that were generated.
    #[must_use]
    pub fn endpoints(&self) -> &[Endpoint] {
        self.tenant.fleet().endpoints()
    }

    /// This is the word that the filter field `scan_status` would match for an endpoint: `none`, `pending`, …;
    /// `None` if there is no such endpoint.
    ///
    /// Like [`statuses`](Sim::statuses), it shows the state at the latest request or [`advance`](Sim::advance).
    #[must_use]
    pub fn scan_status(&self, endpoint_id: &str) -> Option<&'static str> {
        let number = self.tenant.fleet().number(endpoint_id)?;
        Some(self.tenant.scan_word(number))
    }

    /// This adds an endpoint. An endpoint with the same id is replaced and returned.
    ///
    /// An endpoint that was removed and is added again has its old place in the fleet and its old scans. If its
    /// connection differs, this does what [`set_connection`](Sim::set_connection) does.
    ///
    /// ```
    /// use xdr_sim::{Config, Sim};
    ///
    /// let mut sim = Sim::new(Config::new().with_endpoints(3));
    /// let id = sim.endpoints()[1].id.clone();
    /// let gone = sim.remove_endpoint(&id).expect("it is there");
    /// assert_eq!(sim.endpoints().len(), 2);
    /// sim.add_endpoint(gone);
    /// assert_eq!(sim.endpoints()[1].id, id);
    /// ```
    pub fn add_endpoint(&mut self, endpoint: Endpoint) -> Option<Endpoint> {
        self.tenant.add(endpoint)
    }

    /// This removes an endpoint and returns it, or `None` if there is none with this id.
    ///
    /// `get_endpoint` no longer shows it, and no later action takes it. Actions that already include it continue.
    pub fn remove_endpoint(&mut self, endpoint_id: &str) -> Option<Endpoint> {
        self.tenant.remove(endpoint_id)
    }

    /// This makes an endpoint go offline, or return.
    ///
    /// While it is not [connected](Connection::Connected), all actions on it are paused. When it returns, a scan that
    /// is `PENDING` begins, and a scan that is `IN_PROGRESS` continues. Changes happen in the actions' time, at the
    /// latest request or [`advance`](Sim::advance).
    ///
    /// # Panics
    /// If there is no endpoint with this id.
    pub fn set_connection(&mut self, endpoint_id: &str, connection: Connection) {
        let endpoint = self.endpoints().iter().find(|endpoint| endpoint.id == endpoint_id);
        let mut endpoint = endpoint.expect("there is an endpoint with this id").clone();
        endpoint.connection = connection;
        self.tenant.add(endpoint);
    }

    /// This makes all later scans of an endpoint end in this way, whatever the [others](crate::Config::with_outcomes) do.
    ///
    /// ```
    /// use xdr_sim::{Config, Outcomes, Sim};
    ///
    /// let mut sim = Sim::new(Config::new().with_outcomes(Outcomes::all_completed()));
    /// let id = sim.endpoints()[0].id.clone();
    /// sim.set_outcomes(&id, Outcomes::all_failed()); // this one fails, and all others complete
    /// ```
    ///
    /// # Panics
    /// If there is no endpoint with this id.
    pub fn set_outcomes(&mut self, endpoint_id: &str, outcomes: Outcomes) {
        let number = self.tenant.fleet().number(endpoint_id).expect("there is an endpoint with this id");
        self.tenant.set_outcomes(number, outcomes);
    }

    /// This makes all later scans leave out an endpoint silently: `endpoints_count` does not count it, and
    /// `get_action_status` never names it. `get_endpoint` shows it as before.
    ///
    /// # Panics
    /// If there is no endpoint with this id.
    pub fn omit_from_scans(&mut self, endpoint_id: &str) {
        let number = self.tenant.fleet().number(endpoint_id).expect("there is an endpoint with this id");
        self.tenant.omit(number);
    }
}
