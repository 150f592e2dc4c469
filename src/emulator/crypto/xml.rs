//! XML as signatures see it: a tree with namespaces, and its exclusive canonical form.
//!
//! It is read strictly. A document type, a processing instruction, an entity of one's own, a prefix without a
//! namespace: nothing of that belongs into what an identity provider signs, and each has been a way around a signature.
//! Comments are left out, as the canonical form leaves them out, so that a text is what was signed.
//!
//! Sources: XML 1.0, Namespaces in XML 1.0, <https://www.w3.org/TR/xml-exc-c14n/>.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// Elements in elements that are read; what identity providers send is less than a dozen deep.
const DEEPEST: usize = 64;

/// One element with all below it.
#[derive(Debug)]
pub struct Element {
    prefix: String,
    /// The name without its prefix.
    pub name: String,
    /// The namespace; empty: none.
    pub namespace: String,
    attributes: Vec<Attribute>,
    /// The namespaces in scope by their prefix; the default one has none.
    scope: Rc<BTreeMap<String, String>>,
    children: Vec<Node>,
}

#[derive(Debug)]
struct Attribute {
    prefix: String,
    name: String,
    namespace: String,
    value: String,
}

#[derive(Debug)]
enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    /// Reads a whole document; none where it is not well-formed or holds what is not read here.
    pub fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader::from_str(text);
        let mut open: Vec<Element> = Vec::new();
        let mut root = None;
        loop {
            let closed = match reader.read_event().ok()? {
                Event::Decl(_) | Event::Comment(_) => None,
                Event::Start(tag) if root.is_none() && open.len() < DEEPEST => {
                    let element = Self::begin(&tag, open.last())?;
                    open.push(element);
                    None
                }
                Event::Empty(tag) if root.is_none() => Some(Self::begin(&tag, open.last())?),
                Event::End(_) => Some(open.pop()?),
                Event::Text(text) => {
                    say(&mut open, &text.xml10_content())?;
                    None
                }
                Event::CData(text) if !open.is_empty() => {
                    say(&mut open, &text.xml10_content())?;
                    None
                }
                Event::GeneralRef(named) if !open.is_empty() => {
                    match named.resolve_char_ref().ok()? {
                        Some(one) => say(&mut open, one.encode_utf8(&mut [0; 4]))?,
                        None => say(&mut open, resolve_predefined_entity(&named)?)?,
                    }
                    None
                }
                Event::Eof => return root.filter(|_| open.is_empty()),
                _ => return None,
            };
            match (closed, open.last_mut()) {
                (None, _) => {}
                (Some(element), Some(parent)) => parent.children.push(Node::Element(element)),
                (Some(element), None) => root = Some(element),
            }
        }
    }

    fn begin(tag: &BytesStart<'_>, parent: Option<&Self>) -> Option<Self> {
        let mut scope = parent.map(|parent| Rc::clone(&parent.scope)).unwrap_or_default();
        let mut attributes = Vec::new();
        for attribute in tag.attributes() {
            let attribute = attribute.ok()?;
            if attribute.value.contains('<') {
                return None;
            }
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned();
            match split(attribute.key.as_ref())? {
                ("", "xmlns") => drop(Rc::make_mut(&mut scope).insert(String::new(), value)),
                ("xmlns", prefix) if value.is_empty() || ["xml", "xmlns"].contains(&prefix) => return None,
                ("xmlns", prefix) => drop(Rc::make_mut(&mut scope).insert(prefix.to_owned(), value)),
                (prefix, name) => attributes.push((prefix.to_owned(), name.to_owned(), value)),
            }
        }
        let namespace = |prefix: &str| match prefix {
            "xml" => Some("http://www.w3.org/XML/1998/namespace".to_owned()),
            "" => Some(scope.get("").cloned().unwrap_or_default()),
            prefix => scope.get(prefix).cloned(),
        };
        let mut known = Vec::new();
        let mut seen = BTreeSet::new();
        for (prefix, name, value) in attributes {
            // An attribute without a prefix is in no namespace, whatever the default is.
            let namespace = if prefix.is_empty() { String::new() } else { namespace(&prefix)? };
            if !seen.insert((namespace.clone(), name.clone())) {
                return None;
            }
            known.push(Attribute { prefix, name, namespace, value });
        }
        known.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
        let whole = tag.name();
        let (prefix, name) = split(whole.as_ref())?;
        Some(Self {
            namespace: namespace(prefix)?,
            prefix: prefix.to_owned(),
            name: name.to_owned(),
            attributes: known,
            scope,
            children: Vec::new(),
        })
    }

    /// Whether it is this element.
    pub fn is(&self, namespace: &str, name: &str) -> bool {
        self.namespace == namespace && self.name == name
    }

    /// An attribute without a namespace.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|held| held.namespace.is_empty() && held.name == name);
        found.map(|held| held.value.as_str())
    }

    /// The elements directly below it.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The elements of a name directly below it.
    pub fn all<'a>(&'a self, namespace: &str, name: &str) -> impl Iterator<Item = &'a Self> {
        self.elements().filter(move |element| element.is(namespace, name))
    }

    /// The element of a name directly below it, where there is exactly one.
    pub fn only<'a>(&'a self, namespace: &str, name: &str) -> Option<&'a Self> {
        let mut all = self.all(namespace, name);
        all.next().filter(|_| all.next().is_none())
    }

    /// Its text, where it holds nothing but text.
    pub fn text(&self) -> Option<String> {
        let part = |node: &Node| match node {
            Node::Text(text) => Some(text.clone()),
            Node::Element(_) => None,
        };
        self.children.iter().map(part).collect()
    }

    /// Its exclusive canonical form without comments.
    ///
    /// One element below it may be left out: an enveloped signature. Namespaces of `inclusive` prefixes are written
    /// whether or not they are used; `#default` is the one without a prefix.
    pub fn canonical(&self, without: Option<&Self>, inclusive: &[&str]) -> String {
        let mut out = String::new();
        self.write(&mut out, without, inclusive, &BTreeMap::new());
        out
    }

    fn write<'a>(
        &'a self,
        out: &mut String,
        without: Option<&Self>,
        inclusive: &[&'a str],
        written: &BTreeMap<&'a str, &'a str>,
    ) {
        let name = joined(&self.prefix, &self.name);
        out.push('<');
        out.push_str(&name);
        let listed = inclusive.iter().map(|prefix| if *prefix == "#default" { "" } else { *prefix });
        let mut used: BTreeSet<&str> = listed.filter(|prefix| self.scope.contains_key(*prefix)).collect();
        used.insert(&self.prefix);
        used.extend(self.attributes.iter().map(|held| held.prefix.as_str()).filter(|prefix| !prefix.is_empty()));
        used.remove("xml");
        let mut now = written.clone();
        for prefix in used {
            let namespace = self.scope.get(prefix).map_or("", String::as_str);
            if now.get(prefix).copied().unwrap_or_default() != namespace {
                now.insert(prefix, namespace);
                let name = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
                write_attribute(out, &name, namespace);
            }
        }
        for held in &self.attributes {
            write_attribute(out, &joined(&held.prefix, &held.name), &held.value);
        }
        out.push('>');
        for node in &self.children {
            match node {
                Node::Text(text) => escape(out, text, false),
                Node::Element(element) if without.is_some_and(|left| std::ptr::eq(left, element)) => {}
                Node::Element(element) => element.write(out, without, inclusive, &now),
            }
        }
        out.push_str("</");
        out.push_str(&name);
        out.push('>');
    }
}

/// Adds text to the innermost element; outside of the root only white space stands.
fn say(open: &mut [Element], text: &str) -> Option<()> {
    let Some(element) = open.last_mut() else { return text.trim().is_empty().then_some(()) };
    match element.children.last_mut() {
        Some(Node::Text(before)) => before.push_str(text),
        _ => element.children.push(Node::Text(text.to_owned())),
    }
    Some(())
}

/// The prefix and the name; none where there are several colons or nothing on one side.
fn split(name: &str) -> Option<(&str, &str)> {
    match name.split_once(':') {
        None => (!name.is_empty()).then_some(("", name)),
        Some((prefix, name)) => {
            (!prefix.is_empty() && !name.is_empty() && !name.contains(':')).then_some((prefix, name))
        }
    }
}

fn joined(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}:{name}") }
}

fn write_attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape(out, value, true);
    out.push('"');
}

fn escape(out: &mut String, text: &str, in_attribute: bool) {
    for one in text.chars() {
        match one {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' if !in_attribute => out.push_str("&gt;"),
            '"' if in_attribute => out.push_str("&quot;"),
            '\t' if in_attribute => out.push_str("&#x9;"),
            '\n' if in_attribute => out.push_str("&#xA;"),
            '\r' => out.push_str("&#xD;"),
            one => out.push(one),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find<'a>(element: &'a Element, name: &str) -> Option<&'a Element> {
        if element.name == name { Some(element) } else { element.elements().find_map(|below| find(below, name)) }
    }

    /// Checks the canonical form of the element of this name.
    #[track_caller]
    fn check(text: &str, name: &str, inclusive: &[&str], canonical: &str) {
        let root = Element::parse(text).unwrap();
        assert_eq!(find(&root, name).unwrap().canonical(None, inclusive), canonical);
    }

    #[test]
    fn attributes_are_ordered_and_texts_written_in_one_way() {
        let text =
            "<?xml version='1.0'?>\n<!-- no --><a  c='2' b = 'x'\n xml:id='1' xmlns:z='urn:z' z:a='\"&#9;&lt;>'/>\n";
        let canonical = "<a xmlns:z=\"urn:z\" b=\"x\" c=\"2\" xml:id=\"1\" z:a=\"&quot;&#x9;&lt;>\"></a>";
        check(text, "a", &[], canonical);
        let text = "<a>1 &lt; 2 &amp; 3 > 2<![CDATA[ <b> ]]>&#13;\r\n\r</a>";
        check(text, "a", &[], "<a>1 &lt; 2 &amp; 3 &gt; 2 &lt;b&gt; &#xD;\n\n</a>");
        check("<a>one<!-- hidden -->two</a>", "a", &[], "<a>onetwo</a>");
        check("<a b=' c\n\td '/>", "a", &[], "<a b=\" c  d \"></a>");
    }

    #[test]
    fn a_namespace_is_written_where_it_is_first_used() {
        let text = "<n0:local xmlns:n0='foo:bar' xmlns:n3='ftp://example.org'>\
                    <n1:elem2 xmlns:n1='http://example.net' xml:lang='en'> <n3:stuff/> </n1:elem2></n0:local>";
        let canonical = "<n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\"> \
                         <n3:stuff xmlns:n3=\"ftp://example.org\"></n3:stuff> </n1:elem2>";
        check(text, "elem2", &[], canonical);
        let text = "<a xmlns='urn:a'><b xmlns=''><c xmlns='urn:a'/></b></a>";
        check(text, "a", &[], "<a xmlns=\"urn:a\"><b xmlns=\"\"><c xmlns=\"urn:a\"></c></b></a>");
        check(text, "b", &[], "<b><c xmlns=\"urn:a\"></c></b>");
        let text = "<a xmlns:x='urn:x' xmlns='urn:d'><p:b xmlns:p='urn:p'><p:c/></p:b></a>";
        check(text, "b", &[], "<p:b xmlns:p=\"urn:p\"><p:c></p:c></p:b>");
        let canonical = "<p:b xmlns=\"urn:d\" xmlns:p=\"urn:p\" xmlns:x=\"urn:x\"><p:c></p:c></p:b>";
        check(text, "b", &["x", "#default", "nowhere"], canonical);
    }

    #[test]
    fn an_element_may_be_left_out() {
        let root = Element::parse("<a><b/>1<b><c/></b></a>").unwrap();
        let second = root.elements().nth(1);
        assert_eq!(root.canonical(second, &[]), "<a><b></b>1</a>");
    }

    #[test]
    fn what_has_no_business_in_a_signed_document_is_not_read() {
        for text in [
            "",
            "text",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<a/>text",
            "<a b='<'/>",
            "<a b='1' b='2'/>",
            "<a xmlns:x='urn:x' xmlns:y='urn:x' x:b='1' y:b='2'/>",
            "<x:a/>",
            "<a x:b='1'/>",
            "<x:y:a xmlns:x='urn:x'/>",
            "<a xmlns:x=''/>",
            "<a xmlns:xml='urn:x'/>",
            "<a>&unknown;</a>",
            "<a b='&unknown;'/>",
            "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
            "<a><?php echo 1?></a>",
        ] {
            assert!(Element::parse(text).is_none(), "{text}");
        }
        let deep = |levels: usize| format!("{}{}", "<a>".repeat(levels), "</a>".repeat(levels));
        assert!(Element::parse(&deep(DEEPEST)).is_some() && Element::parse(&deep(DEEPEST + 1)).is_none());
    }
}
