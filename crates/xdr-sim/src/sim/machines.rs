//! The machines of a simulated tenant, and the methods with which a test changes them between two requests.

use super::Sim;
use crate::endpoint::{Connection, Endpoint};
use crate::outcomes::Outcomes;

impl Sim {
    /// Returns the fleet in a fixed order. Added endpoints follow the generated ones.
    #[must_use]
    pub fn endpoints(&self) -> &[Endpoint] {
        self.tenant.fleet().endpoints()
    }

    /// Returns the word that the filter field `scan_status` matches for an endpoint, such as `none` or `pending`.
    /// Returns `None` if there is no such endpoint.
    ///
    /// Like [`statuses`](Sim::statuses), this is the state at the latest request or [`advance`](Sim::advance).
    #[must_use]
    pub fn scan_status(&self, endpoint_id: &str) -> Option<&'static str> {
        let number = self.tenant.fleet().number(endpoint_id)?;
        Some(self.tenant.scan_word(number))
    }

    /// Adds an endpoint. If the fleet has an endpoint with the same id, it is replaced and returned.
    ///
    /// An endpoint that was removed and is added again keeps its place in the fleet and its scans. If its connection
    /// differs, this has the same effect as [`set_connection`](Sim::set_connection).
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

    /// Removes an endpoint and returns it, or returns `None` if there is no endpoint with this id.
    ///
    /// `get_endpoint` no longer lists the endpoint, and later actions do not include it. Actions that already include
    /// it continue.
    pub fn remove_endpoint(&mut self, endpoint_id: &str) -> Option<Endpoint> {
        self.tenant.remove(endpoint_id)
    }

    /// Sets the connection of an endpoint: takes it offline, or brings it back.
    ///
    /// While the endpoint is not [connected](Connection::Connected), all actions on it are paused. When it returns, a
    /// `PENDING` scan begins and an `IN_PROGRESS` scan continues. The change takes effect at the current action time,
    /// which is that of the latest request or [`advance`](Sim::advance).
    ///
    /// # Panics
    /// If there is no endpoint with this id.
    pub fn set_connection(&mut self, endpoint_id: &str, connection: Connection) {
        let endpoint = self.endpoints().iter().find(|endpoint| endpoint.id == endpoint_id);
        let mut endpoint = endpoint.expect("there is an endpoint with this id").clone();
        endpoint.connection = connection;
        self.tenant.add(endpoint);
    }

    /// Sets how all later scans of one endpoint end. For the others, see [`Config`](crate::Config::with_outcomes).
    ///
    /// ```
    /// use xdr_sim::{Config, Outcomes, Sim};
    ///
    /// let mut sim = Sim::new(Config::new().with_outcomes(Outcomes::all_completed()));
    /// let id = sim.endpoints()[0].id.clone();
    /// sim.set_outcomes(&id, Outcomes::all_failed()); // this one fails, all others complete
    /// ```
    ///
    /// # Panics
    /// If there is no endpoint with this id.
    pub fn set_outcomes(&mut self, endpoint_id: &str, outcomes: Outcomes) {
        let number = self.tenant.fleet().number(endpoint_id).expect("there is an endpoint with this id");
        self.tenant.set_outcomes(number, outcomes);
    }

    /// Silently leaves an endpoint out of all later scans: `endpoints_count` does not count it, and `get_action_status`
    /// never names it. `get_endpoint` still lists it.
    ///
    /// # Panics
    /// If there is no endpoint with this id.
    pub fn omit_from_scans(&mut self, endpoint_id: &str) {
        let number = self.tenant.fleet().number(endpoint_id).expect("there is an endpoint with this id");
        self.tenant.omit(number);
    }
}
