//! How the screen is divided at each size.

use ratatui::layout::Rect;

/// Below this nothing sensible fits.
pub const LEAST: (u16, u16) = (60, 16);
/// From this height of its body a page can spare lines: a list has a preview below it, a summary takes its room.
pub const TALL: u16 = 30;
/// From this width two things that belong together stand side by side.
pub const BESIDE: u16 = 110;
/// From this width a list on a low screen has its preview beside it.
const PREVIEW_BESIDE: u16 = 150;

/// The least width at which a list and its preview stand side by side where that is asked for.
const LEAST_BESIDE: u16 = 76;

/// The lines of a preview below a list: a rule, the name, its summary.
const PREVIEW: u16 = 5;
/// From this width the side navigation is shown too.
pub const NAVIGATION: u16 = 140;

/// The longest title, the mark before it and the rule behind it.
const NAVIGATION_WIDTH: u16 = 28;

/// The parts of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Who, where, what state: one line.
    pub header: Rect,
    /// The way here, and how complete the data is: one line.
    pub crumbs: Rect,
    /// The side navigation, on wide screens.
    pub navigation: Option<Rect>,
    /// The page.
    pub body: Rect,
    /// The keys: one line.
    pub footer: Rect,
}

impl Layout {
    /// Divides a screen; none where it is too small to be of use.
    pub fn of(width: u16, height: u16) -> Option<Self> {
        if width < LEAST.0 || height < LEAST.1 {
            return None;
        }
        let line = |y| Rect::new(0, y, width, 1);
        let middle = Rect::new(0, 2, width, height - 3);
        let (navigation, body) = if width >= NAVIGATION {
            let (left, right) = split_left(middle, NAVIGATION_WIDTH);
            (Some(left), right)
        } else {
            (None, middle)
        };
        Some(Self { header: line(0), crumbs: line(1), navigation, body, footer: line(height - 1) })
    }
}

/// Where the preview of a list's selected row lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preview {
    /// Below the list: names keep the whole width.
    Below(Rect),
    /// On its right.
    Beside(Rect),
    /// There is no room for one.
    None,
}

/// Where the user wants the preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wanted {
    /// Where there is room for it beside enough rows.
    #[default]
    Auto,
    /// Nowhere.
    Hidden,
    /// Below the list.
    Below,
    /// On its right.
    Beside,
}

/// Divides a list page into the list and the preview, where there is room.
pub fn with_preview(body: Rect, screen: u16, wanted: Wanted) -> (Rect, Preview) {
    let below = || {
        let (list, below) = split_top(body, body.height - PREVIEW);
        (list, Preview::Below(below))
    };
    let beside = || {
        let right = (body.width * 2 / 5).clamp(40, 72);
        let (list, side) = split_left(body, body.width - right);
        (list, Preview::Beside(side))
    };
    match wanted {
        Wanted::Auto if body.height >= TALL => below(),
        Wanted::Auto if screen >= PREVIEW_BESIDE => beside(),
        Wanted::Below if body.height >= 2 * PREVIEW => below(),
        Wanted::Beside if body.width >= LEAST_BESIDE => beside(),
        _ => (body, Preview::None),
    }
}

impl Preview {
    /// What is wanted where somebody shows or hides it.
    pub fn toggled(self, body: Rect, screen: u16) -> Wanted {
        match (self, with_preview(body, screen, Wanted::Auto).1) {
            (Self::Below(_) | Self::Beside(_), _) => Wanted::Hidden,
            (Self::None, Self::None) => Wanted::Below,
            (Self::None, _) => Wanted::Auto,
        }
    }

    /// What is wanted where somebody moves it.
    pub fn moved(self) -> Wanted {
        if matches!(self, Self::Beside(_)) { Wanted::Below } else { Wanted::Beside }
    }
}

/// Cuts a strip off the left.
pub fn split_left(area: Rect, width: u16) -> (Rect, Rect) {
    let width = width.min(area.width);
    let right = Rect::new(area.x + width, area.y, area.width - width, area.height);
    (Rect { width, ..area }, right)
}

/// Cuts lines off the top.
pub fn split_top(area: Rect, height: u16) -> (Rect, Rect) {
    let height = height.min(area.height);
    let below = Rect::new(area.x, area.y + height, area.width, area.height - height);
    (Rect { height, ..area }, below)
}

/// An area of at most this size in the middle, a little above the centre.
pub fn centered(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect::new(area.x + (area.width - width) / 2, area.y + (area.height - height) / 3, width, height)
}

/// An area of at most this size in the lower right corner.
pub fn corner(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect::new(area.right() - width, area.bottom() - height, width, height)
}

/// The sides of a box without its corners: where the marks of a list in it stand.
pub fn edge(area: Rect) -> Rect {
    Rect { y: area.y.saturating_add(1), height: area.height.saturating_sub(2), ..area }
}

/// An area without one cell on each side.
pub fn inner(area: Rect) -> Rect {
    Rect::new(
        area.x.saturating_add(1),
        area.y.saturating_add(1),
        area.width.saturating_sub(2),
        area.height.saturating_sub(2),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_size_has_its_parts() {
        assert_eq!(Layout::of(59, 40), None);
        assert_eq!(Layout::of(80, 15), None);
        let small = Layout::of(80, 24).unwrap();
        assert_eq!((small.body.height, small.navigation), (21, None));
        assert_eq!(with_preview(small.body, 80, Wanted::Auto).1, Preview::None);
        let tall = Layout::of(120, 40).unwrap();
        let (list, preview) = with_preview(tall.body, 120, Wanted::Auto);
        assert!(tall.navigation.is_none() && matches!(preview, Preview::Below(_)));
        assert_eq!(list.width, 120, "names have the whole width");
        let wide = Layout::of(160, 24).unwrap();
        assert!(
            wide.navigation.is_some() && matches!(with_preview(wide.body, 160, Wanted::Auto).1, Preview::Beside(_))
        );
    }

    #[test]
    fn the_preview_is_hidden_shown_and_moved() {
        let check = |(width, height): (u16, u16), wanted, shown: &str| {
            let body = Layout::of(width, height).unwrap().body;
            let preview = with_preview(body, width, wanted).1;
            let name = match preview {
                Preview::Below(_) => "below",
                Preview::Beside(_) => "beside",
                Preview::None => "none",
            };
            assert_eq!(name, shown, "{width}x{height} {wanted:?}");
            (preview.toggled(body, width), preview.moved())
        };
        assert_eq!(check((120, 40), Wanted::Auto, "below"), (Wanted::Hidden, Wanted::Beside));
        assert_eq!(check((120, 40), Wanted::Hidden, "none").0, Wanted::Auto);
        assert_eq!(check((80, 24), Wanted::Auto, "none").0, Wanted::Below);
        assert_eq!(check((80, 24), Wanted::Beside, "beside").1, Wanted::Below);
        check((80, 24), Wanted::Below, "below");
        check((60, 16), Wanted::Beside, "none");
    }

    #[test]
    fn the_parts_never_leave_the_screen() {
        for width in 0..200 {
            for height in [0, 1, 15, 16, 17, 24, 500] {
                let Some(layout) = Layout::of(width, height) else { continue };
                let screen = Rect::new(0, 0, width, height);
                let (list, preview) = with_preview(layout.body, width, Wanted::Auto);
                let side = if let Preview::Below(area) | Preview::Beside(area) = preview { area } else { list };
                for part in [layout.header, layout.crumbs, layout.body, layout.footer, list, side] {
                    assert_eq!(part.intersection(screen), part, "{width}x{height}");
                }
            }
        }
    }
}
