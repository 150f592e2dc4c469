//! The question for two codes of an MFA device: its QR code, its seed on demand, and the codes, checked here
//! before the service sees them.

use base64::Engine as _;
use jiff::{SignedDuration, Timestamp};
use ratatui::layout::Rect;

use crate::api::Iam;
use crate::backend::apply::Answer;
use crate::base::secret::Secret;
use crate::input::{Action, FormAction, ReviewAction, Scope, WorkAction};
use crate::plan::Work;
use crate::theme::{Depth, Look};
use crate::totp::check::{Problem, Typed, check_first, check_pair, check_shape, skew_told};
use crate::totp::{STEP, Seed, seconds_left};
use crate::ui::effect::UiEffect;
use crate::ui::frame::Frame;
use crate::ui::layer::unbound;
use crate::ui::page::View;
use crate::ui::runs::{Asking, Live};
use crate::ui::widgets::failure::wrap;
use crate::ui::widgets::line::TextLine;
use crate::ui::widgets::qr::{Drawing, Qr};

/// The columns of the text beside the code.
const TEXT: u16 = 34;
/// How long the seed stays in sight.
const REVEALED: SignedDuration = SignedDuration::from_secs(10);
/// The characters of a device's name that keep the code small enough for 80x24.
const LABEL: usize = 28;
/// The outputs that the codes become.
const GIVES: [&str; 2] = ["AuthenticationCode1", "AuthenticationCode2"];
/// The output of the device's creation that is its seed, in base 32, wrapped once more in base 64.
const SEED: &str = "VirtualMFADevice.Base32StringSeed";

/// The question on the screen.
#[derive(Debug)]
pub(super) struct AskMfa {
    device: String,
    /// What the codes are for, in a sentence.
    purpose: String,
    /// Whether this run makes the device, so that giving up deletes it.
    pub(super) makes: bool,
    seed: Option<Seed>,
    codes: [Code; 2],
    at: usize,
    look: Drawing,
    inverted: bool,
    revealed: Option<Timestamp>,
    /// What the last look at the codes found.
    found: Option<Result<i64, Problem>>,
    /// Whether what was typed last is no digit.
    strayed: bool,
    sent: bool,
}

/// A code being typed.
#[derive(Debug, Default)]
struct Code {
    line: TextLine,
    /// When its last digit was typed.
    at: Option<Timestamp>,
}

impl Code {
    fn typed(&self, now: Timestamp) -> Typed<'_> {
        Typed { code: self.line.text(), at: self.at.unwrap_or(now) }
    }

    fn is_whole(&self) -> bool {
        self.line.text().len() == 6
    }
}

impl AskMfa {
    /// The question of a step; the seed is what the run came by when it made the device.
    pub(super) fn new(device: &str, asking: &Asking, live: &Live) -> Self {
        let steps = &live.run.plan().steps;
        let made = steps.iter().find(|step| {
            let call = step.call().filter(|call| call.iam() == Some(Iam::CreateVirtualMFADevice));
            call.is_some_and(|call| call.text("VirtualMFADeviceName") == Some(device))
        });
        let seed = made.and_then(|step| live.secret(&step.id, SEED)).and_then(seed);
        let user = steps.iter().find_map(|step| match &step.work {
            Work::Call(call) if call.outputs().iter().any(|taken| taken.step == asking.step) => {
                Some((call.iam(), call.text("UserName").unwrap_or_default().to_owned()))
            }
            _ => None,
        });
        let purpose = match user {
            Some((Some(Iam::ResyncMFADevice), user)) => {
                format!("MFA device {device} of user {user}: resynchronize")
            }
            Some((_, user)) => format!("MFA device {device} for user {user}"),
            None => device.to_owned(),
        };
        Self {
            device: device.to_owned(),
            purpose,
            makes: made.is_some(),
            seed,
            codes: Default::default(),
            at: 0,
            look: Drawing::default(),
            inverted: false,
            revealed: None,
            found: None,
            strayed: false,
            sent: false,
        }
    }

    /// The same question, the code drawn as it was in the one before.
    pub(super) fn looking_like(self, other: &Self) -> Self {
        Self { look: other.look, inverted: other.inverted, ..self }
    }

    pub(super) fn scopes(&self) -> &'static [Scope] {
        if self.seed.is_some() {
            &[Scope::Mfa, Scope::Form, Scope::Text, Scope::Global]
        } else {
            &[Scope::Form, Scope::Text, Scope::Global]
        }
    }

    pub(super) fn settle(&mut self, view: &View<'_>) {
        if self.revealed.is_some_and(|until| until <= view.now) {
            self.revealed = None;
        }
        // How long to wait for another code changes with the time.
        if let Some(Err(Problem::Same { .. })) = self.found {
            self.found = Some(self.check(view.now));
        }
    }

    /// Does what an action wants; the answer, once two codes are right.
    pub(super) fn act(&mut self, action: Action, view: &View<'_>) -> (Option<Answer>, Vec<UiEffect>) {
        self.strayed = false;
        match action {
            Action::Review(ReviewAction::QrSize) => self.look = self.look.next(),
            Action::Review(ReviewAction::QrInvert) => self.inverted = !self.inverted,
            Action::Review(ReviewAction::CopyUri) => {
                let (device, account) = self.labels(view);
                return (None, self.copy("otpauth URI", |seed| seed.uri(&device, &account)));
            }
            Action::Work(WorkAction::Reveal) => {
                self.revealed = if self.revealed.is_some() { None } else { Some(view.now + REVEALED) };
            }
            Action::Work(WorkAction::Copy) => return (None, self.copy("seed", Seed::base32)),
            Action::Form(FormAction::PreviousField) => self.at = 0,
            Action::Form(FormAction::NextField) => self.at = 1,
            Action::Form(FormAction::Enter | FormAction::NextStep) if self.at == 0 && !self.codes[1].is_whole() => {
                self.at = usize::from(self.codes[0].is_whole());
            }
            Action::Form(FormAction::Enter | FormAction::NextStep) => return (self.send(view.now), Vec::new()),
            // Its run is under way and waits for the codes.
            Action::Review(
                ReviewAction::Apply | ReviewAction::Resume | ReviewAction::Close | ReviewAction::OnError,
            )
            | Action::Work(WorkAction::Undo | WorkAction::Redo | WorkAction::Save)
            | Action::Form(
                FormAction::PreviousStep
                | FormAction::CreateInside
                | FormAction::NextChoice
                | FormAction::PreviousChoice,
            ) => {}
            Action::Text(edit) => {
                if let Some(code) = self.codes.get_mut(self.at) {
                    code.line.edit(edit);
                    code.at = None;
                    self.found = None;
                }
            }
            Action::App(_)
            | Action::Page(_)
            | Action::Item(_)
            | Action::Move(_)
            | Action::Nav(_)
            | Action::Dialog(_)
            | Action::Fold(_)
            | Action::Diff(_)
            | Action::Editor(_) => return (None, unbound(action)),
        }
        (None, Vec::new())
    }

    /// Takes digits; what else is typed or pasted around them does not count.
    pub(super) fn type_text(&mut self, text: &str, view: &View<'_>) {
        self.strayed = text.chars().any(|ch| !ch.is_ascii_digit() && !ch.is_whitespace());
        for digit in text.chars().filter(char::is_ascii_digit) {
            let Some(code) = self.codes.get_mut(self.at) else { return };
            if code.is_whole() && self.found.is_some_and(|found| found.is_err()) {
                // What was wrong is typed anew, not mended.
                *code = Code::default();
            }
            if code.is_whole() {
                return;
            }
            code.line.insert(digit.encode_utf8(&mut [0; 4]));
            self.found = None;
            if code.is_whole() {
                code.at = Some(view.now);
                self.look_at_codes(view.now);
            }
        }
    }

    /// Looks at what is typed as soon as a code is whole, and moves on where it is right.
    fn look_at_codes(&mut self, now: Timestamp) {
        if self.codes[1].is_whole() {
            self.found = Some(self.check(now));
            return;
        }
        let first = self.seed.as_ref().map(|seed| check_first(seed, self.codes[0].typed(now)));
        if first.is_none_or(|found| found.is_ok() || found.is_err_and(Problem::may_pass)) {
            self.at = 1;
        }
        self.found = first;
    }

    fn check(&self, now: Timestamp) -> Result<i64, Problem> {
        let [first, second] = &self.codes;
        match &self.seed {
            Some(seed) => check_pair(seed, first.typed(now), second.typed(now), now),
            None => check_shape(first.line.text(), second.line.text(), now).map(|()| 0),
        }
    }

    fn send(&mut self, now: Timestamp) -> Option<Answer> {
        let found = self.check(now);
        // A clock that is off was told of; whose it is only the service knows. A second Enter asks it.
        let told = self.found == Some(found);
        self.found = Some(found);
        if self.sent || found.is_err_and(|problem| !(problem.may_pass() && told)) {
            return None;
        }
        self.sent = true;
        let codes = GIVES.iter().zip(&self.codes);
        Some(Answer::Given(codes.map(|(name, code)| ((*name).to_owned(), Secret::new(code.line.text()))).collect()))
    }

    fn copy(&self, what: &'static str, text: impl FnOnce(&Seed) -> String) -> Vec<UiEffect> {
        self.seed.as_ref().map(text).map(|text| UiEffect::Copy(what, text)).into_iter().collect()
    }

    /// The names of the device and of the account, as the app shows them.
    fn labels(&self, view: &View<'_>) -> (String, String) {
        let alias = view.account.alias().known().map(ToString::to_string);
        (self.device.clone(), alias.unwrap_or_else(|| number(view)))
    }

    /// The largest code that there is room for, else the smallest one there is.
    fn code(&self, view: &View<'_>, room: Rect) -> Option<Qr> {
        let seed = self.seed.as_ref()?;
        let (device, account) = self.labels(view);
        let short: String = device.chars().take(LABEL).collect();
        let uris =
            [seed.uri(&device, &account), seed.short_uri(&device, &account), seed.short_uri(&short, &number(view))];
        let mut codes: Vec<Qr> = uris.into_iter().map(Secret::new).filter_map(|uri| Qr::of(uri.reveal())).collect();
        let fitting = codes.iter().position(|code| code.place(self.look, room).is_some());
        fitting.map(|at| codes.swap_remove(at)).or_else(|| codes.pop())
    }

    /// Draws the code at the left and everything else beside it.
    pub(super) fn render(&self, asking: &Asking, view: &View<'_>, area: Rect, frame: &mut Frame<'_>) {
        frame.clear(area);
        let room = Rect { width: area.width.saturating_sub(TEXT + 2), ..area };
        let code = self.code(view, room);
        let place = code.as_ref().and_then(|code| code.place(self.look, room));
        let left = place.map_or(1, |place| place.width + 2);
        if let Some(code) = &code {
            code.render(self.look, self.inverted, room, frame);
        }
        let x = area.x + left;
        let mut text = Text { area: Rect { x, width: area.right().saturating_sub(x), ..area } };
        text.put(&self.purpose, Look::Title, frame);
        text.gap();
        match (&code, place) {
            (None, _) => self.without_code(&mut text, frame),
            (Some(_), Some(_)) if self.revealed.is_some() => {}
            (Some(_), Some(_)) => {
                text.put("1 Scan the code with the app, or type the secret key (x shows it).", Look::Text, frame);
                text.put("2 Type two consecutive codes.", Look::Text, frame);
            }
            (Some(code), None) => self.too_small(code, area, &mut text, frame),
        }
        text.gap();
        self.inputs(view, &mut text, frame);
        text.gap();
        self.verdict(asking, &mut text, frame);
        if self.revealed.is_some() {
            self.seed_lines(view, &mut text, frame);
        } else if code.is_some() {
            let ink = place.is_some() && (self.look == Drawing::Ascii || frame.theme().depth() == Depth::None);
            let ink = if ink { ", without colours: press i to invert it if it does not scan" } else { "" };
            text.put(&format!("Drawn in {}{ink}.", self.look.name()), Look::Muted, frame);
        }
        let left = if self.makes { "Esc cancels and deletes the device." } else { "Esc cancels." };
        text.put(left, Look::Muted, frame);
    }

    fn without_code(&self, text: &mut Text, frame: &mut Frame<'_>) {
        if self.makes {
            text.put("The secret key of this device is not available: AWS shows it only once.", Look::Warning, frame);
            text.put(
                "If the device is in an app, type two consecutive codes. If not, cancel and assign a new device.",
                Look::Text,
                frame,
            );
        } else {
            let told =
                format!("Type the code that {} shows, wait until it changes, and type the next one.", self.device);
            text.put(&told, Look::Text, frame);
        }
    }

    fn too_small(&self, code: &Qr, area: Rect, text: &mut Text, frame: &mut Frame<'_>) {
        let (width, height) = code.size(self.look);
        let screen = frame.area();
        let (wide, high) = (width + TEXT + 2 + screen.width - area.width, height + screen.height - area.height);
        let told = format!(
            "The QR code in {} needs a screen of {wide}x{high}; this one has {}x{}.",
            self.look.name(),
            screen.width,
            screen.height
        );
        text.put(&told, Look::Warning, frame);
        text.put("Enlarge the window, or press v for another size, or x for the secret key.", Look::Text, frame);
    }

    fn inputs(&self, view: &View<'_>, text: &mut Text, frame: &mut Frame<'_>) {
        for (at, (code, label)) in self.codes.iter().zip(["MFA code 1  ", "MFA code 2  "]).enumerate() {
            let line = text.line();
            if at == self.at && !self.sent {
                code.line.render(line, label, frame);
            } else {
                frame.pieces(line, line.y, [(label, Look::Muted), (code.line.text(), Look::Text)]);
            }
        }
        let left = seconds_left(view.now);
        let filled = usize::try_from(left * 10 / STEP).unwrap_or(0);
        let (full, rest) = ("█".repeat(filled), "·".repeat(10_usize.saturating_sub(filled)));
        let line = text.line();
        let told = format!(" next code in {left:>2} s");
        frame.pieces(line, line.y, [(full.as_str(), Look::Gauge), (rest.as_str(), Look::Border), (&told, Look::Muted)]);
    }

    /// What is known of the codes: right, wrong and why, or refused by the service.
    fn verdict(&self, asking: &Asking, text: &mut Text, frame: &mut Frame<'_>) {
        match (self.found, &asking.again) {
            _ if self.sent => text.put("… AWS is checking the codes", Look::Info, frame),
            _ if self.strayed => text.put("✗ A code has digits only.", Look::Bad, frame),
            (Some(Ok(skew)), _) => {
                if skew != 0 {
                    text.put(&format!("▲ {}", skew_told(skew)), Look::Warning, frame);
                }
                if self.codes[1].is_whole() {
                    text.put("✓ Press Enter to send the codes.", Look::Good, frame);
                } else {
                    text.put("✓ The code is correct. Type the next one.", Look::Good, frame);
                }
            }
            (Some(Err(problem)), _) => {
                let (told, hint) = problem.told();
                text.put(&format!("✗ {told}"), Look::Bad, frame);
                text.put(hint, Look::Muted, frame);
            }
            (None, Some(again)) => {
                text.put(&format!("✗ {}", again.message), Look::Bad, frame);
                text.put(again.hint.as_deref().unwrap_or_default(), Look::Muted, frame);
            }
            (None, None) => {}
        }
    }

    fn seed_lines(&self, view: &View<'_>, text: &mut Text, frame: &mut Frame<'_>) {
        let Some(seed) = &self.seed else { return };
        let (device, account) = self.labels(view);
        text.put("Secret key (y copies)", Look::Heading, frame);
        text.put(Secret::new(seed.grouped()).reveal(), Look::Warning, frame);
        text.put("otpauth URI (Y copies)", Look::Heading, frame);
        text.broken(Secret::new(seed.short_uri(&device, &account)).reveal(), Look::Warning, frame);
    }
}

fn number(view: &View<'_>) -> String {
    view.account.identity().map(|identity| identity.account.to_string()).unwrap_or_default()
}

/// The seed that the service told.
fn seed(told: &Secret) -> Option<Seed> {
    let bytes = base64::engine::general_purpose::STANDARD.decode(told.reveal()).ok()?;
    Seed::from_base32(Secret::new(String::from_utf8(bytes).ok()?).reveal())
}

/// Text from top to bottom of an area.
struct Text {
    area: Rect,
}

impl Text {
    fn line(&mut self) -> Rect {
        let (line, rest) = crate::ui::layout::split_top(self.area, 1);
        self.area = rest;
        line
    }

    fn gap(&mut self) {
        self.line();
    }

    fn put(&mut self, text: &str, role: Look, frame: &mut Frame<'_>) {
        for part in wrap(text, self.area.width) {
            let line = self.line();
            frame.text(line, line.x, line.y, &part, role);
        }
    }

    /// A text without spaces, broken where the line ends.
    fn broken(&mut self, text: &str, role: Look, frame: &mut Frame<'_>) {
        let letters: Vec<char> = text.chars().collect();
        for part in letters.chunks(usize::from(self.area.width.max(1))) {
            let line = self.line();
            frame.text(line, line.x, line.y, &part.iter().collect::<String>(), role);
        }
    }
}
