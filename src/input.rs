//! The action table, keys, keymap and help.
