/**
 * Builds the site of the documentation: pages of HTML from the Markdown of this repository, with a navigation, checked
 * links, an index for the search, and Javadoc. It is a tool of the build and is not published.
 */
@NullMarked
package io.github.ppool.site;

import org.jspecify.annotations.NullMarked;
