/** E-mails, and the SMTP connections of the pool {@code smtp} that they are sent over. */
@NullMarked
package io.github.ppool.sample.mail;

import org.jspecify.annotations.NullMarked;
