//! A network of people: who is near whom, who is central, which circles there are.
//!
//! Undirected, without loops and double edges. Nodes are numbers from 0; ties are broken by them, so equal input
//! gives equal output.

mod communities;
mod nearness;
mod pagerank;

pub use communities::{Communities, communities, modularity};
pub use nearness::{Near, adamic_adar, common_neighbours, nearest};
pub use pagerank::{PageRank, pagerank};

/// An undirected graph.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Graph {
    /// Per node its neighbours, ascending.
    neighbours: Vec<Vec<u32>>,
    edges: u64,
}

// === impl Graph ===

impl Graph {
    /// A graph of `nodes` nodes. Loops are left out, and an edge counts once however often it is given and
    /// whichever way round.
    ///
    /// # Panics
    /// When an edge names a node that is not there.
    pub fn new(nodes: u32, edges: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut neighbours = vec![Vec::new(); nodes as usize];
        for (one, other) in edges {
            assert!(one < nodes && other < nodes, "an edge lies between nodes that are there");
            if one != other {
                neighbours[one as usize].push(other);
                neighbours[other as usize].push(one);
            }
        }
        let mut ends = 0;
        for list in &mut neighbours {
            list.sort_unstable();
            list.dedup();
            ends += list.len() as u64;
        }
        Self { neighbours, edges: ends / 2 }
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> u32 {
        self.neighbours.len() as u32
    }

    /// How many edges there are.
    pub fn edges(&self) -> u64 {
        self.edges
    }

    /// The neighbours of a node, ascending.
    ///
    /// # Panics
    /// When there is no such node.
    pub fn neighbours(&self, node: u32) -> &[u32] {
        &self.neighbours[node as usize]
    }

    /// How many neighbours a node has.
    ///
    /// # Panics
    /// When there is no such node.
    pub fn degree(&self, node: u32) -> usize {
        self.neighbours(node).len()
    }

    /// Whether two nodes are neighbours.
    ///
    /// # Panics
    /// When there is no such node.
    pub fn has_edge(&self, one: u32, other: u32) -> bool {
        self.neighbours(one).binary_search(&other).is_ok()
    }
}

#[cfg(test)]
mod tests;
