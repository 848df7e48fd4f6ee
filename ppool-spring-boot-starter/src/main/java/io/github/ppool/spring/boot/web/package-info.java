/** What clients of a web application are told when a pool did not do what it was asked. */
@NullMarked
package io.github.ppool.spring.boot.web;

import org.jspecify.annotations.NullMarked;
