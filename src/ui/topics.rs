//! Help about the files that the user may write: `iamtui help TOPIC`, and the palette.

use std::fmt::Write as _;

use crate::input::binding::{BINDINGS, Scope};
use crate::input::key;
use crate::theme::{Catalogue, Depth, MEANINGS, ROLES, Signs, depth};

/// Something that help explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// `config.toml`.
    Config,
    /// `keys.toml`.
    Keys,
    /// `themes/NAME.toml`.
    Themes,
}

const CONFIG: &str = "\
config.toml: the settings

The file is $XDG_CONFIG_HOME/iamtui/config.toml (~/.config/iamtui/config.toml).
Every line is optional, and a flag on the command line wins over it.
The console reads it when it starts.

    theme = \"light\"           # `iamtui help themes` lists them
    read_only = true          # sessions can read, but change nothing
    read_only_profiles = [\"prod\"]  # the same, for these AWS profiles
    profile = \"dev\"           # opened when no account is named
    region = \"eu-west-1\"      # the Region that calls are signed for

    [names]                   # rules for new names: user, group, role, policy
    user = \"[a-z]+\\\\.[a-z]+\"   # a regular expression for the whole name

    [checks]                  # the level of a policy check
    missing-external-id = \"off\"

    [guards]                  # what a guard does before a plan is applied:
    own-identity = \"warn\"     # \"ask\" (a word and a reason), \"warn\" or \"off\"

A profile of `read_only_profiles` stays read-only however its credentials are reached.
";

const KEYS: &str = "\
keys.toml: which key does what

The file is $XDG_CONFIG_HOME/iamtui/keys.toml (~/.config/iamtui/keys.toml).
Each line names an action and its keys; the first key is the one that the screen shows:

    down = [\"j\", \"down\"]
    quit = \"ctrl-x\"
    undo = []              # no key at all

A line replaces the default keys of its action wherever it has some. The other
actions keep theirs. Where text is typed, single characters are left out, and so
is a key that means something else in that place; a place that is left without
a key keeps its own. Below the name of a place, a line is for that place alone:

    [menu]
    down = [\"down\", \"ctrl-j\"]

An action and a place may share a name; with a `[menu]` in the file, the action
`menu` is set below `[page]`. The names of before, such as `menu-down`, still set
the keys of one place.

A key is a character as it is typed (`j`, `G`, `/`) or one of these names:

    {names}, f1 to f24

with `ctrl-`, `alt-` and `shift-` before it: `ctrl-s`, `alt-.`, `shift-tab`.
A key that is given to two actions that are read at the same time is refused.
";

const THEMES: &str = "\
themes/NAME.toml: the colours

`:theme` in the console lists the themes: each is shown while it is selected,
and Enter keeps it in config.toml. `--theme NAME` uses one this time only.
Without a choice it is `dark` or `light`, as the terminal's ground is. Built in:

    {built_in}

A theme of your own is the file $XDG_CONFIG_HOME/iamtui/themes/NAME.toml; one
with the name of a built-in theme, such as `dark.toml`, changes that.

    inherit = \"dark\"         # what this file does not set comes from there
    ground = \"dark\"          # the background that it is for: dark or light

    [colors]                  # true colour, and one of the terminal's sixteen
    blue = [\"#6cb6ff\", \"light-blue\"]
    night = [\"#1f4b7a\", \"blue\"]

    [roles]                   # [colour] [on colour] [bold dim italic ...]
    selection = \"blue on night bold\"
    muted = \"none\"          # the terminal's own colour

The names of the sixteen colours, which roles may use too:

    {names}, none
";

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 3] = [Self::Config, Self::Keys, Self::Themes];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Keys => "keys",
            Self::Themes => "themes",
        }
    }

    /// What help says of it.
    pub fn text(self) -> String {
        match self {
            Self::Config => CONFIG.to_owned(),
            Self::Keys => keys(),
            Self::Themes => themes(),
        }
    }
}

fn keys() -> String {
    let mut text = KEYS.replace("{names}", &key::names().collect::<Vec<_>>().join(", "));
    text.push_str("\nThe places where keys are read, with their actions and default keys:\n");
    for scope in Scope::ALL {
        let _ = writeln!(text, "\n[{}]  {}", scope.name(), scope.title());
        for own in BINDINGS.iter().filter(|own| own.scope == *scope) {
            let _ = writeln!(text, "    {:<18} {:<22} {}", own.action.name(), own.keys, own.help);
        }
    }
    text
}

fn themes() -> String {
    let themes = Catalogue::new(Vec::new(), Depth::True, Signs::Drawn);
    let lines: Vec<String> = themes.names().chunks(5).map(|names| names.join(", ")).collect();
    let mut text = THEMES.replace("{names}", &depth::names().collect::<Vec<_>>().join(", "));
    text = text.replace("{built_in}", &lines.join(",\n    "));
    text.push_str("\nThe roles:\n\n");
    for ((_, name, _), meaning) in ROLES.iter().zip(MEANINGS) {
        let _ = writeln!(text, "    {name:<18} {meaning}");
    }
    text
}
