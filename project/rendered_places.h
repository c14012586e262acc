// SPDX-License-Identifier: Apache-2.0
//
// Objects that kustomize and Helm print stand in no file. Here they get the places of what they
// were made of, so that whatever is said of them points at what people wrote.
#pragma once

#include <memory>
#include <string_view>

#include "project/kustomize.h"

namespace cnplint::project {

/// The annotation by which kustomize says where an object comes from, if it is asked to.
inline constexpr std::string_view kOriginAnnotation = "config.kubernetes.io/origin";

/// A printed object as one that was made of a written one: what is the same has its place, what is
/// not that of the nearest thing around it which is there. None where it would be too large.
std::optional<BuiltObject> placed_beside(policy::NodeRef printed, policy::NodeRef written,
                                         const policy::Document& document);

/// A printed object as one that was made of a template: what is printed as a line of it, or as one
/// that only has actions behind its beginning, has the place of that line. `lines` is the template
/// as document_of_lines has it. `next` is the line behind the object that was printed before of the
/// same template, and then behind this one; where more of it is found from the first line on, that
/// counts: a loop prints the same lines again.
std::optional<BuiltObject> placed_at_lines(policy::NodeRef printed, const policy::Document& lines,
                                           std::size_t& next);

/// Whether two values say the same.
bool say_the_same(policy::NodeRef one, policy::NodeRef other);

}  // namespace cnplint::project
