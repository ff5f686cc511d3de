//! The transport problem in whole numbers, by successive shortest paths with potentials.
//!
//! Ahuja, Magnanti & Orlin (1993), Network Flows, section 9.7, on the complete bipartite graph: each round
//! finds the cheapest way from any source that has something left to any sink that wants something (Dijkstra
//! on costs reduced by the potentials, so none is negative) and sends along it as much as goes.

/// Sources that have something, sinks that want something, as much in all; and what a unit costs on each way.
pub(super) struct Transport {
    has: Vec<u128>,
    wants: Vec<u128>,
    costs: Vec<Vec<i64>>,
    /// What goes from a source to a sink.
    flow: Vec<Vec<u128>>,
    /// Cheapest cost found so far from the sources with something left: of the sources, then of the sinks.
    potential: Vec<i64>,
}

/// The search for the cheapest way. Nodes are the sources, then the sinks.
struct Search {
    cost: Vec<i64>,
    from: Vec<Option<usize>>,
    sink: usize,
}

/// A sum of products of 128 bits and 64 bits, which may need more than 128 bits.
#[derive(Default)]
struct Work {
    high: u128,
    low: u128,
}

impl Transport {
    pub(super) fn new(has: Vec<u128>, wants: Vec<u128>, costs: Vec<Vec<i64>>) -> Self {
        let flow = vec![vec![0; wants.len()]; has.len()];
        let potential = vec![0; has.len() + wants.len()];
        Self { has, wants, costs, flow, potential }
    }

    /// The cost of the cheapest transport.
    pub(super) fn least_work(mut self) -> f64 {
        let mut work = Work::default();
        while let Some(search) = self.cheapest_way() {
            let end = search.cost[search.sink];
            for (potential, cost) in self.potential.iter_mut().zip(&search.cost) {
                *potential += (*cost).min(end);
            }
            let amount = self.send(&search);
            // The sources with something left have potential 0, so the sink's is the cost of the way.
            work.add(amount, self.potential[search.sink]);
        }
        work.as_f64()
    }

    fn cheapest_way(&self) -> Option<Search> {
        let sources = self.has.len();
        let nodes = sources + self.wants.len();
        let mut cost: Vec<i64> =
            (0..nodes).map(|node| if node < sources && self.has[node] > 0 { 0 } else { i64::MAX }).collect();
        let mut from = vec![None; nodes];
        let mut done = vec![false; nodes];
        loop {
            let node = (0..nodes)
                .filter(|&node| !done[node] && cost[node] < i64::MAX)
                .min_by_key(|&node| cost[node])?;
            done[node] = true;
            if node >= sources && self.wants[node - sources] > 0 {
                return Some(Search { cost, from, sink: node });
            }
            for next in self.neighbours(node) {
                let onward = cost[node] + self.reduced(node, next);
                if !done[next] && onward < cost[next] {
                    cost[next] = onward;
                    from[next] = Some(node);
                }
            }
        }
    }

    /// From a source to every sink; from a sink back to the sources that send something to it.
    fn neighbours(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        let sources = self.has.len();
        let (forward, back) =
            if node < sources { (sources..sources + self.wants.len(), 0..0) } else { (0..0, 0..sources) };
        forward.chain(back.filter(move |&source| self.flow[source][node - sources] > 0))
    }

    /// The cost of a step, with the potentials taken in; never negative.
    fn reduced(&self, node: usize, next: usize) -> i64 {
        let sources = self.has.len();
        let cost =
            if node < sources { self.costs[node][next - sources] } else { -self.costs[next][node - sources] };
        cost + self.potential[node] - self.potential[next]
    }

    /// Sends along the way that was found as much as goes.
    fn send(&mut self, search: &Search) -> u128 {
        let sources = self.has.len();
        let mut steps = Vec::new();
        let mut node = search.sink;
        while let Some(previous) = search.from[node] {
            steps.push((previous, node));
            node = previous;
        }
        let mut amount = self.has[node].min(self.wants[search.sink - sources]);
        for &(from, to) in &steps {
            if from >= sources {
                amount = amount.min(self.flow[to][from - sources]);
            }
        }
        for &(from, to) in &steps {
            if from < sources {
                self.flow[from][to - sources] += amount;
            } else {
                self.flow[to][from - sources] -= amount;
            }
        }
        self.has[node] -= amount;
        self.wants[search.sink - sources] -= amount;
        amount
    }
}

impl Work {
    fn add(&mut self, amount: u128, cost: i64) {
        let cost = u128::from(cost.unsigned_abs());
        let low = (amount & u128::from(u64::MAX)) * cost + self.low;
        self.low = low & u128::from(u64::MAX);
        self.high += (amount >> 64) * cost + (low >> 64);
    }

    fn as_f64(&self) -> f64 {
        self.high as f64 * 2f64.powi(64) + self.low as f64
    }
}
