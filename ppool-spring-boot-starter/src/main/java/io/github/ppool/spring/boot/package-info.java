/**
 * What an application may use or implement beside the settings under {@code ppool}: all of it is optional.
 */
@NullMarked
package io.github.ppool.spring.boot;

import org.jspecify.annotations.NullMarked;
