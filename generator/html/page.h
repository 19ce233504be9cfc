// Pages for a browser, each one file that refers to nothing outside itself.
#pragma once

#include <string>

namespace mobilith::html {

// For HTML, in texts and attributes. What is no printable UTF-8 becomes question marks.
std::string escaped(const std::string& words);

// A whole page. heading is text, about and body are HTML; topic ends the title.
std::string page(const std::string& heading, const std::string& topic, const std::string& about,
                 const std::string& body);

// A figure and what it is; several stand in one `facts`.
std::string fact(const std::string& value, const std::string& what);
std::string facts(const std::string& each);

}  // namespace mobilith::html
