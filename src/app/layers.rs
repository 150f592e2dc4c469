//! The layers that are open, the top one last, each with a number that no other one ever has.

use crate::ui::layer::Layer;

/// Which layer something is about. A layer that was closed leaves its number to no other.
pub type LayerId = u64;

/// The layers over the page of one account.
#[derive(Debug, Default)]
pub struct Layers {
    open: Vec<(LayerId, Box<dyn Layer>)>,
    opened: LayerId,
}

impl Layers {
    /// Lays a layer over the others.
    pub fn push(&mut self, layer: Box<dyn Layer>) -> LayerId {
        self.opened += 1;
        self.open.push((self.opened, layer));
        self.opened
    }

    /// Takes the top layer away.
    pub fn pop(&mut self) -> Option<Box<dyn Layer>> {
        self.open.pop().map(|(_, layer)| layer)
    }

    /// Takes one layer away, wherever it lies.
    pub fn remove(&mut self, id: LayerId) {
        self.open.retain(|(own, _)| *own != id);
    }

    /// Takes all layers away.
    pub fn take(&mut self) -> Vec<Box<dyn Layer>> {
        std::mem::take(&mut self.open).into_iter().map(|(_, layer)| layer).collect()
    }

    /// Whether no layer is open.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// One layer.
    pub fn get_mut(&mut self, id: LayerId) -> Option<&mut Box<dyn Layer>> {
        self.open.iter_mut().find(|(own, _)| *own == id).map(|(_, layer)| layer)
    }

    /// The top layer.
    pub fn top(&self) -> Option<&dyn Layer> {
        self.open.last().map(|(_, layer)| layer.as_ref())
    }

    /// The top layer, to be changed.
    pub fn top_mut(&mut self) -> Option<&mut Box<dyn Layer>> {
        self.open.last_mut().map(|(_, layer)| layer)
    }

    /// All layers, from the bottom.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &dyn Layer> + ExactSizeIterator {
        self.open.iter().map(|(_, layer)| layer.as_ref())
    }

    /// All layers, from the bottom, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Box<dyn Layer>> {
        self.open.iter_mut().map(|(_, layer)| layer)
    }
}
