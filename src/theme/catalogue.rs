//! The themes that there are: those carried inside, and the user's own.

use super::file::EMBEDDED;
use super::{Depth, Ground, Signs, Theme};
use crate::base::error::UserError;

/// Every theme that can be used here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    /// The user's own: name and text.
    own: Vec<(String, String)>,
    depth: Depth,
    signs: Signs,
}

impl Catalogue {
    /// The themes carried inside and these of the user's, on a terminal of so many colours and these signs.
    pub fn new(own: Vec<(String, String)>, depth: Depth, signs: Signs) -> Self {
        Self { own, depth, signs }
    }

    /// The names: those carried inside, then the user's own.
    pub fn names(&self) -> Vec<&str> {
        let inside = EMBEDDED.iter().map(|(name, _)| *name);
        let own = self.own.iter().map(|(name, _)| name.as_str());
        inside.chain(own.filter(|name| EMBEDDED.iter().all(|(inside, _)| inside != name))).collect()
    }

    /// Whether the user has a file of this name.
    pub fn is_own(&self, name: &str) -> bool {
        self.own.iter().any(|(own, _)| own == name)
    }

    /// A theme by its name.
    pub fn load(&self, name: &str) -> Result<Theme, UserError> {
        let read = |name: &str| self.own.iter().find(|(own, _)| own == name).map(|(_, text)| text.clone());
        Theme::load(name, self.depth, &read).map(|theme| theme.with_signs(self.signs))
    }

    /// The theme of this ground that is used where nobody chose one.
    pub fn usual(&self, ground: Ground) -> Result<Theme, UserError> {
        self.load(ground.theme())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_themes_come_last_and_those_that_change_one_stay_in_its_place() {
        let text = |text: &str| text.to_owned();
        let own = vec![(text("mine"), text("inherit = \"nord\"")), (text("dark"), text("[roles]\nbad = \"red bold\""))];
        let all = Catalogue::new(own, Depth::True, Signs::Drawn);
        let names = all.names();
        assert_eq!((names.first(), names.last()), (Some(&"dark"), Some(&"mine")));
        assert_eq!(names.iter().filter(|name| **name == "dark").count(), 1);
        assert!(all.is_own("dark") && !all.is_own("nord"));
        for name in names {
            assert_eq!(all.load(name).map(|theme| theme.name().to_owned()), Ok(name.to_owned()));
        }
        assert!(all.load("missing").is_err());
    }
}
