/** Parts that all answers over HTTP share. */
@NullMarked
package io.github.ppool.sample.web;

import org.jspecify.annotations.NullMarked;
