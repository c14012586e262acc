// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/source.h"
#include "policy/yaml/document.h"

namespace cnplint::policy {

/// Where a document is a Helm or Jinja template that has not been rendered: the first `{{` or `{%`
/// outside comments, annotations and descriptions. None for a document that is plain YAML; a
/// document that reads well and only quotes braces in prose is plain.
std::optional<base::SourceRange> template_marker(const Document& document);

/// Whether a value holds a placeholder that a later step fills in: `${NAME}` of Flux, `$(NAME)` of
/// kustomize, `<path:...>` of Argo CD's vault plugin, `{{ NAME }}` of whoever fills in objects in
/// other objects, `%%NAME%%`, or `((NAME))` alone. What it will be is not known.
bool has_placeholder(std::string_view text);

/// A text with a placeholder of the same length for each `{{ x }}` in a line, so that it can be
/// read as YAML where such a value is not quoted.
std::string with_placeholders(std::string_view text);

}  // namespace cnplint::policy
