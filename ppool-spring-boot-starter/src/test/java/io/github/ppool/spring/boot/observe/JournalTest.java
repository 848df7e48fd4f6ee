package io.github.ppool.spring.boot.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.supervisor.SupervisorEvent;
import io.github.ppool.time.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JournalTest {

    private static final Instant BEGIN = Instant.parse("2026-11-30T03:00:00Z");

    private final ManualClock clock = new ManualClock();
    private final ProcessSystem system = new ProcessSystem();
    private final Pid pid = system.rootPid();
    private final Journal journal = journal(true);
    private final Subject mail = Subject.pool("mail");

    @AfterEach
    void close() {
        system.close();
    }

    private Journal journal(boolean values) {
        return new Journal(clock, () -> BEGIN.plusNanos(clock.nanoTime()), values);
    }

    private void add(Subject subject, String child) {
        journal.add(subject, () -> new Note("crashed").child(child));
    }

    private List<String> children(Subject subject) {
        return journal.of(subject, true).stream().map(JournalEntry::child).toList();
    }

    /** One entry after the other, in seconds of their own. */
    private void addSlowly(Subject subject, int number) {
        for (int i = 0; i < number; i++) {
            add(subject, Integer.toString(i));
            if (i % Journal.A_SECOND == 0) {
                clock.advance(Duration.ofSeconds(1));
            }
        }
    }

    @Test
    void a_crash_has_its_time_child_process_reason_message_and_stack() {
        SupervisorNotes.add(journal, mail, "", new SupervisorEvent.ChildExited(
                pid, "mail/1", pid, ExitReason.failure(new IllegalStateException("swordfish"))));
        JournalEntry entry = journal.after(0, 10, true).getFirst();
        assertThat(entry.at()).isEqualTo(BEGIN.plusNanos(clock.nanoTime()));
        assertThat(entry.of()).isEqualTo("mail");
        assertThat(entry.kind()).isEqualTo("pool");
        assertThat(entry.event()).isEqualTo("crashed");
        assertThat(entry.child()).isEqualTo("mail/1");
        assertThat(entry.pid()).isEqualTo("<0>");
        assertThat(entry.reason()).isEqualTo("java.lang.IllegalStateException");
        assertThat(entry.message()).isEqualTo("java.lang.IllegalStateException: swordfish");
        assertThat(entry.stack()).isNotEmpty().hasSizeLessThanOrEqualTo(Note.DEEPEST);
        assertThat(journal.after(0, 10, false).getFirst().message()).isNull();
        assertThat(journal.after(0, 10, false).getFirst().stack()).isNull();
        assertThat(journal.crashes(mail)).isOne();
    }

    @Test
    void a_journal_that_keeps_no_values_has_none_to_show() {
        Journal discreet = journal(false);
        discreet.add(mail, () -> new Note("crashed").reason(new IllegalStateException("swordfish")));
        assertThat(discreet.after(0, 10, true).toString()).doesNotContain("swordfish").contains("IllegalState");
    }

    @Test
    void ordinary_life_is_not_written_down() {
        SupervisorNotes.add(journal, mail, "", new SupervisorEvent.ChildStarted(pid, "mail/1", pid, 0));
        SupervisorNotes.add(journal, mail, "",
                new SupervisorEvent.ChildExited(pid, "mail/1", pid, ExitReason.SHUTDOWN));
        SupervisorNotes.add(journal, mail, "",
                new SupervisorEvent.ChildStopped(pid, "mail/1", pid, ExitReason.SHUTDOWN));
        assertThat(journal.after(0, 10, true)).isEmpty();
        assertThat(journal.crashes(mail)).isZero();
    }

    @Test
    void a_decision_has_the_time_of_the_next_start_and_the_pool_the_nearest_of_them() {
        SupervisorNotes.decided(journal, mail, "mail/1", "restarts in 5s", Duration.ofSeconds(5));
        SupervisorNotes.decided(journal, mail, "mail/2", "restarts in 2s", Duration.ofSeconds(2));
        SupervisorNotes.decided(journal, mail, "mail/3", "stays down: its plan says wait", null);
        SupervisorNotes.decided(journal, mail, "mail/4", "restarts in 292 years", Duration.ofSeconds(Long.MAX_VALUE));
        List<JournalEntry> entries = journal.of(mail, false);
        assertThat(entries).extracting(JournalEntry::event)
                .containsExactly("restarting", "stays_down", "restarting", "restarting");
        assertThat(entries.getLast().backAt()).isEqualTo(entries.getLast().at().plusSeconds(5));
        assertThat(entries.get(1).backAt()).isNull();
        assertThat(journal.nextStartInMillis(mail)).isEqualTo(2_000);
        clock.advance(Duration.ofSeconds(3));
        assertThat(journal.nextStartInMillis(mail)).isEqualTo(2_000);
        assertThat(journal.nextStartInMillis(Subject.pool("nobody"))).isNull();
    }

    @Test
    void the_newest_entries_of_one_pool_are_kept() {
        addSlowly(mail, 500);
        assertThat(children(mail)).hasSize(Journal.MOST_OF_ONE).startsWith("499", "498").endsWith("301", "300");
        assertThat(journal.after(0, 5, false)).extracting(JournalEntry::child)
                .containsExactly("499", "498", "497", "496", "495");
        long known = journal.after(0, 5, false).get(2).sequence();
        assertThat(journal.after(known, 200, false)).extracting(JournalEntry::child).containsExactly("499", "498");
    }

    @Test
    void the_journal_survives_the_pool_and_its_next_start_counts_crashes_from_zero() {
        journal.begins(mail);
        journal.countCrash(mail);
        add(mail, "mail/1");
        journal.ends(mail);
        assertThat(children(mail)).containsExactly("mail/1");
        journal.begins(mail);
        assertThat(children(mail)).containsExactly("mail/1");
        assertThat(journal.crashes(mail)).isZero();
    }

    @Test
    void pools_and_trees_are_kept_as_the_model_says_whatever_comes() {
        Random random = new Random(11);
        Map<Subject, Deque<Long>> model = new HashMap<>();
        Deque<Map.Entry<Subject, Long>> all = new ArrayDeque<>();
        long sequence = 0;
        for (int step = 0; step < 40_000; step++) {
            int number = random.nextInt(10) < 3 ? random.nextInt(3) : random.nextInt(300);
            Subject subject = random.nextBoolean() ? Subject.pool("p" + number) : Subject.tree("p" + number);
            if (step % 20 == 0) {
                clock.advance(Duration.ofSeconds(1)); // never more than may be written in a second
            }
            switch (random.nextInt(30)) {
                case 0 -> journal.begins(subject);
                case 1 -> journal.ends(subject);
                default -> {
                    add(subject, "c");
                    sequence++;
                    Deque<Long> own = model.computeIfAbsent(subject, unused -> new ArrayDeque<>());
                    own.addLast(sequence);
                    all.addLast(Map.entry(subject, sequence));
                    if (own.size() > Journal.MOST_OF_ONE) {
                        long oldest = own.removeFirst();
                        all.removeIf(entry -> entry.getValue() == oldest);
                    }
                    if (all.size() > Journal.MOST) {
                        model.get(all.removeFirst().getKey()).removeFirst();
                    }
                }
            }
        }
        assertThat(journal.after(0, Integer.MAX_VALUE, false)).hasSize(Journal.MOST)
                .extracting(JournalEntry::sequence)
                .containsExactlyElementsOf(all.reversed().stream().map(Map.Entry::getValue).toList());
        model.forEach((subject, own) -> assertThat(journal.of(subject, false)).extracting(JournalEntry::sequence)
                .containsExactlyElementsOf(own.reversed()));
    }

    @Test
    void a_pool_without_entries_is_forgotten_when_it_ends() {
        for (int i = 0; i < 1_000; i++) {
            Subject subject = Subject.pool("p" + i);
            journal.begins(subject);
            journal.ends(subject);
        }
        add(mail, "1");
        assertThat(journal.subjects()).isOne();
    }

    @Test
    void a_storm_of_crashes_leaves_what_a_second_may_and_the_number_of_the_others() throws Exception {
        int threads = 4;
        int each = 100_000;
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> storm = IntStream.range(0, threads).mapToObj(number -> Thread.ofPlatform().start(() -> {
            try {
                begin.await();
            } catch (InterruptedException e) {
                return;
            }
            for (int i = 0; i < each; i++) {
                journal.countCrash(mail);
                add(mail, "mail/" + number);
            }
        })).toList();
        add(Subject.tree("quiet"), "once");
        begin.countDown();
        for (Thread thread : storm) {
            thread.join();
        }
        assertThat(journal.crashes(mail)).isEqualTo((long) threads * each);
        assertThat(children(mail)).hasSize(Journal.A_SECOND);
        assertThat(children(Subject.tree("quiet"))).containsExactly("once");
        clock.advance(Duration.ofSeconds(1));
        add(mail, "afterwards");
        JournalEntry after = journal.of(mail, false).getFirst();
        assertThat(after.child()).isEqualTo("afterwards");
        // a thread that is late with its entry may tell of those that were skipped meanwhile
        long skipped = journal.of(mail, false).stream().map(JournalEntry::skipped).filter(Objects::nonNull)
                .mapToLong(Long::longValue).sum();
        assertThat(skipped).isEqualTo((long) threads * each - Journal.A_SECOND);
    }

    @Test
    void refusals_are_told_now_and_then_with_their_number() {
        for (int i = 0; i < 1_000; i++) {
            journal.refused(mail, new IllegalStateException("swordfish"));
        }
        clock.advance(Duration.ofSeconds(Journal.REFUSALS_EVERY_SECONDS));
        journal.refused(mail, new IllegalStateException("swordfish"));
        assertThat(journal.of(mail, true)).extracting(JournalEntry::times).containsExactly(1_000L, null);
        assertThat(journal.of(mail, true)).extracting(JournalEntry::reason)
                .containsOnly("java.lang.IllegalStateException");
        assertThat(journal.of(mail, true).toString()).doesNotContain("swordfish");
    }

    @Test
    void hostile_names_reasons_and_messages_are_bounded() {
        String huge = "x".repeat(1_000_000);
        class Hostile extends RuntimeException {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                throw new IllegalStateException("no");
            }

            @Override
            public String toString() {
                throw new IllegalStateException("no");
            }
        }
        Subject subject = Subject.pool(huge);
        for (ExitReason reason : List.of(ExitReason.failure(new Hostile()), ExitReason.of(huge),
                ExitReason.failure(new IllegalStateException(huge)), ExitReason.shutdown(new Object() {
                    @Override
                    public String toString() {
                        throw new IllegalStateException("no");
                    }
                }))) {
            SupervisorNotes.add(journal, subject, huge + "/",
                    new SupervisorEvent.ChildExited(pid, huge, pid, reason));
            SupervisorNotes.decided(journal, subject, huge, huge, null);
        }
        assertThat(journal.of(subject, true).toString()).contains("Hostile").hasSizeLessThan(60_000);
        assertThat(journal.of(subject, true)).isNotEmpty();
    }

    @Test
    void the_children_with_the_most_restarts_are_known() {
        for (int child = 1; child <= 400; child++) {
            journal.countRestart(mail, "mail/" + child, pid, child);
        }
        assertThat(journal.mostRestarts(3)).extracting(Top.OfRestarts::child)
                .containsExactly("mail/400", "mail/399", "mail/398");
        assertThat(journal.mostRestarts(1_000)).hasSize(Journal.MOST_OF_ONE);
        journal.ends(mail);
        assertThat(journal.mostRestarts(3)).isEmpty();
    }

    @Test
    void readers_and_writers_do_not_disturb_each_other() throws Exception {
        List<Throwable> failures = new ArrayList<>();
        List<Thread> all = new ArrayList<>();
        for (int number = 0; number < 3; number++) {
            Subject subject = Subject.pool("p" + number);
            all.add(Thread.ofPlatform().uncaughtExceptionHandler((thread, thrown) -> failures.add(thrown))
                    .start(() -> {
                        for (int i = 0; i < 20_000; i++) {
                            journal.begins(subject);
                            clock.advance(Duration.ofMillis(30));
                            add(subject, "c");
                            journal.ends(subject);
                        }
                    }));
        }
        all.add(Thread.ofPlatform().uncaughtExceptionHandler((thread, thrown) -> failures.add(thrown)).start(() -> {
            for (int i = 0; i < 2_000; i++) {
                List<JournalEntry> seen = journal.after(0, 200, false);
                assertThat(seen).isSortedAccordingTo((one, other) -> Long.compare(other.sequence(), one.sequence()));
                assertThat(journal.of(Subject.pool("p1"), false)).hasSizeLessThanOrEqualTo(Journal.MOST_OF_ONE);
            }
        }));
        for (Thread thread : all) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        assertThat(journal.after(0, 10_000, false)).hasSize(3 * Journal.MOST_OF_ONE);
    }
}
