package io.github.ppool.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MailboxTest {

    private final Mailbox mailbox = new Mailbox();

    @Test
    void itCountsWhatWasPutAndNotTaken() {
        assertThat(mailbox.size()).isZero();
        for (int i = 1; i <= 3; i++) {
            mailbox.put(i);
            assertThat(mailbox.size()).isEqualTo(i);
        }
        assertThat(mailbox.take(message -> message.equals(2))).isEqualTo(2);
        assertThat(mailbox.size()).isEqualTo(2);
        mailbox.put(4);
        assertThat(mailbox.size()).isEqualTo(3);
        assertThat(mailbox.take(null)).isEqualTo(1);
        assertThat(mailbox.take(null)).isEqualTo(3);
        assertThat(mailbox.take(null)).isEqualTo(4);
        assertThat(mailbox.take(null)).isNull();
        assertThat(mailbox.size()).isZero();
    }

    @Test
    void theLastOfTheKeptCanBeTakenAndOthersFollowIt() {
        mailbox.put(1);
        mailbox.put(2);
        assertThat(mailbox.take(message -> message.equals(2))).isEqualTo(2);
        mailbox.put(3);
        assertThat(mailbox.take(message -> message.equals(9))).isNull();
        assertThat(mailbox.take(null)).isEqualTo(1);
        assertThat(mailbox.take(null)).isEqualTo(3);
    }

    @Test
    void aTakeOfTheNewDoesNotLookAtTheOld() {
        mailbox.put(1);
        assertThat(mailbox.take(message -> message.equals(2))).isNull();
        assertThat(mailbox.takeNew(null)).isNull();
        mailbox.put(3);
        assertThat(mailbox.getAsBoolean()).isTrue();
        assertThat(mailbox.takeNew(null)).isEqualTo(3);
        assertThat(mailbox.getAsBoolean()).isFalse();
        assertThat(mailbox.take(null)).isEqualTo(1);
        mailbox.put(4);
        assertThat(mailbox.takeNew(null)).isEqualTo(4);
    }

    @Test
    void aClosedOneRefusesAndForgets() {
        mailbox.put(1);
        assertThat(mailbox.take(message -> message.equals(2))).isNull();
        mailbox.put(2);
        mailbox.close();
        assertThat(mailbox.put(3)).isFalse();
        assertThat(mailbox.getAsBoolean()).isFalse();
        assertThat(mailbox.size()).isOne();
        mailbox.clear();
        assertThat(mailbox.size()).isZero();
        assertThat(mailbox.take(null)).isNull();
    }
}
