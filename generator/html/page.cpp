#include "html/page.h"

#include <fmt/format.h>

#include "text/printable.h"

namespace mobilith::html {

namespace {

constexpr const char* style = R"(
:root { color-scheme: light dark; --ink: #1c2430; --soft: #667085; --line: #e4e7ec; --page: #ffffff; --card: #f8f9fb;
        --before: #c3cad5; --after: #2563eb; --gain: #15803d; --bad: #c2410c; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ef; --soft: #98a2b3; --line: #2b3340; --page: #12161d; --card: #1a2029; --before: #4a5568;
          --after: #60a5fa; --gain: #4ade80; --bad: #fb923c; } }
body { margin: 0 auto; padding: 32px 24px 64px; max-width: 1120px; background: var(--page); color: var(--ink);
       font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 17px; margin: 40px 0 12px; }
p { margin: 0 0 12px; color: var(--soft); }
.facts { display: flex; flex-wrap: wrap; gap: 12px; margin: 20px 0; }
.facts div { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 18px; }
.facts b { display: block; font-size: 22px; } .facts span { color: var(--soft); font-size: 13px; }
.wide { overflow-x: auto; }
.courses { display: grid; grid-template-columns: repeat(auto-fill, minmax(340px, 1fr)); gap: 16px; }
.courses figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px; }
.courses svg { max-width: 100%; height: auto; }
figcaption { font-size: 13px; overflow-wrap: anywhere; }
table { border-collapse: collapse; font-size: 13.5px; } td, th { padding: 4px 14px 4px 0; text-align: right; }
th { color: var(--soft); font-weight: 500; } tr { border-bottom: 1px solid var(--line); }
td:first-child, th:first-child { text-align: left; } td:not(:first-child), th { white-space: nowrap; }
code { font: 12px ui-monospace, monospace; color: var(--soft); overflow-wrap: anywhere; }
svg text { fill: var(--ink); font: 12.5px system-ui, sans-serif; } svg .tick { fill: var(--soft); font-size: 11.5px; }
svg .middle { text-anchor: middle; } svg .end { text-anchor: end; }
svg .gain { fill: var(--gain); font-weight: 600; } svg .cross { fill: var(--bad); font-size: 13px; }
.grid { stroke: var(--line); } .before { fill: var(--before); } .after { fill: var(--after); }
.dot { fill: var(--before); } .best { fill: none; stroke: var(--after); stroke-width: 2; }
.key { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin: 0 5px 0 14px; }
)";

}  // namespace

std::string escaped(const std::string& words) {
  std::string out;
  for (char letter : printable(words)) {
    if (letter == '<')
      out += "&lt;";
    else if (letter == '>')
      out += "&gt;";
    else if (letter == '&')
      out += "&amp;";
    else if (letter == '\'')
      out += "&#39;";
    else
      out += letter;
  }
  return out;
}

std::string page(const std::string& heading, const std::string& topic, const std::string& about,
                 const std::string& body) {
  return fmt::format(
      "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'><meta name='viewport' "
      "content='width=device-width'>\n<title>{0}: {1}</title><style>{2}</style></head><body>\n"
      "<h1>{0}</h1>\n<p>{3}</p>\n{4}</body></html>\n",
      escaped(heading), escaped(topic), style, about, body);
}

std::string fact(const std::string& value, const std::string& what) {
  return fmt::format("<div><b>{}</b><span>{}</span></div>\n", escaped(value), escaped(what));
}

std::string facts(const std::string& each) { return "<div class='facts'>\n" + each + "</div>\n"; }

}  // namespace mobilith::html
