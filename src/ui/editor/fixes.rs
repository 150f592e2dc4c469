//! Going from finding to finding, and making their fixes.

use crate::input::{Keymap, Tool};
use crate::policy::diagnostic::{Finding, Reach};
use crate::ui::effect::{Tone, UiEffect};

use super::Editor;
use super::analysis::{at, place, within};
use super::commands::key;

/// What breaks the grammar of JSON is told as.
const JSON_SYNTAX_ERROR: &str = "JSON_SYNTAX_ERROR";

impl Editor {
    /// The finding that the cursor is on: the one around it, before which one that begins in the same row comes where
    /// the other one is about more than that.
    pub(super) fn told(&self) -> Option<&Finding> {
        let findings = self.analysis.findings(self.text.as_str());
        let caret = self.text.caret().at;
        let own = at(findings, caret);
        if self.is_typing || own.is_some_and(|own| self.begins_here(own)) {
            return own;
        }
        let rows = self.rows(self.width);
        let spot = rows.of(caret);
        let (from, to, is_end) = rows.part(spot);
        let start = self.text.start_of(spot.line);
        within(findings, start + from, start + to + usize::from(is_end)).or(own)
    }

    /// Whether a finding begins on the line of the cursor.
    pub(super) fn begins_here(&self, finding: &Finding) -> bool {
        self.text.line_of(place(finding).start as usize) == self.text.line_of(self.text.caret().at)
    }

    /// That a text that is no JSON cannot be used for something, and the way to what breaks it.
    pub(super) fn no_json(what: &str, keymap: &Keymap) -> String {
        format!("{what}; {} goes to the place", key(keymap, Tool::NextFinding))
    }

    /// Goes to the next or the previous finding, around the ends of the text.
    pub(super) fn next_finding(&mut self, forward: bool) -> Vec<UiEffect> {
        let findings = self.analysis.findings(self.text.as_str());
        let starts = || findings.iter().map(|finding| place(finding).start as usize);
        let here = self.text.caret().at;
        let next = if forward {
            starts().filter(|at| *at > here).min().or(starts().min())
        } else {
            starts().filter(|at| *at < here).max().or(starts().max())
        };
        match next {
            Some(next) => {
                self.text.go(next);
                Vec::new()
            }
            None => Self::say("the checks found nothing", Tone::Done),
        }
    }

    /// Makes the fix under the cursor; where there is none, the nearest one, and says at which line.
    ///
    /// Of those that are not under the cursor only one that takes nothing away is made: to another one the cursor goes,
    /// so that the person sees it first. A text that is no JSON is only made JSON, wherever the cursor is.
    pub(super) fn fix_near(&mut self, keymap: &Keymap) -> Vec<UiEffect> {
        let here = self.text.caret().at;
        let findings = self.analysis.findings(self.text.as_str());
        let is_json = self.analysis.broken.is_empty();
        let own = self.told().filter(|own| is_json || own.code == JSON_SYNTAX_ERROR);
        if let Some(own) = own.filter(|own| own.fix.is_some()).cloned() {
            return self.fix(Some(&own));
        }
        let fixes = findings.iter().filter_map(|finding| Some((finding, finding.fix.as_ref()?)));
        // One that is hidden at its place by another one would not be the one that is seen there.
        let is_seen = |finding: &Finding| at(findings, place(finding).start as usize) == Some(finding);
        let fixes = fixes.filter(|(finding, fix)| fix.reach == Reach::Anywhere || is_seen(finding));
        let far = |finding: &Finding| (place(finding).start as usize).abs_diff(here);
        let nearest = fixes.min_by_key(|(finding, fix)| (fix.reach != Reach::Anywhere, far(finding)));
        match nearest.map(|(finding, fix)| (place(finding).start as usize, fix.clone())) {
            Some((start, fix)) => {
                self.text.go(start);
                let line = self.text.line_of(start) + 1;
                if fix.reach != Reach::Anywhere {
                    let again = "press the key again to apply the fix";
                    return Self::say(format!("line {line}: {} — {again}", fix.title), Tone::Info);
                }
                self.text.apply(&fix.edits);
                Self::say(format!("line {line}: {}", fix.title), Tone::Done)
            }
            None if !is_json => Self::say(Self::no_json("no repair of the JSON is safe", keymap), Tone::Info),
            None if findings.is_empty() => Self::say("the checks found nothing", Tone::Done),
            None => Self::say("no finding has a fix that is safe", Tone::Info),
        }
    }

    pub(super) fn fix(&mut self, finding: Option<&Finding>) -> Vec<UiEffect> {
        match finding {
            None => Self::say("the cursor is on no finding", Tone::Info),
            Some(Finding { fix: None, code, .. }) => Self::say(format!("`{code}` has no fix that is safe"), Tone::Info),
            Some(Finding { fix: Some(fix), .. }) => {
                self.text.apply(&fix.edits);
                Self::say(fix.title.clone(), Tone::Done)
            }
        }
    }

    /// Makes every fix of a kind, one after the other, since each changes what the next is found in.
    pub(super) fn fix_all(&mut self, finding: Option<&Finding>) -> Vec<UiEffect> {
        let Some(code) = finding.map(|finding| finding.code) else {
            return Self::say("the cursor is on no finding", Tone::Info);
        };
        let mut text = self.text.as_str().to_owned();
        let mut count = 0;
        // What a fix brings about anew must not keep it going for ever.
        while count < 500 {
            let report = self.analysis.check(&text);
            let fixes = report.findings.iter().filter(|finding| finding.code == code);
            let mut fixes = fixes.filter_map(|finding| finding.fix.as_ref());
            let Some(fix) = fixes.find(|fix| fix.reach != Reach::Here) else { break };
            let after = fix.apply(&text);
            if after == text {
                break;
            }
            text = after;
            count += 1;
        }
        if count == 0 {
            if finding.and_then(|finding| finding.fix.as_ref()).is_some() {
                return Self::say(format!("the fixes of `{code}` are made one by one, each at its place"), Tone::Info);
            }
            return Self::say(format!("`{code}` has no fix that is safe"), Tone::Info);
        }
        self.text.turn_into(&text);
        Self::say(format!("fixed {count} of {code}"), Tone::Done)
    }
}
