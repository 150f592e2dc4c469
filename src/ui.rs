//! Widgets, panes, layers: state, pure update and drawing.
