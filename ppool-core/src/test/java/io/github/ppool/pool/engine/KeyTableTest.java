package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.concurrent.LeaseWord;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.TaskOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The table of chains beside a {@code HashMap}; it keeps no object that is not in it. */
class KeyTableTest {

    private static final PoolSpec<Object> SPEC = PoolSpec.builder("pool", Object::new).build();

    private final KeyTable<KeyChain<Object>> table = new KeyTable<>();

    private static TaskKey key(Object key) {
        return Objects.requireNonNull(TaskKey.of(TaskOptions.key(key), SPEC));
    }

    private @Nullable KeyChain<Object> find(Object key) {
        KeySearch<KeyChain<Object>> search = new KeySearch<>(key(key));
        while (!search.find(table)) {
            search.compare();
        }
        return search.found();
    }

    /** Foreign to the table, with few hashes. */
    private record Coarse(int number) {
        @Override
        public int hashCode() {
            return number % 3;
        }
    }

    @Test
    void random_keys_are_found_as_in_a_hash_map() {
        long seed = System.nanoTime();
        System.out.println("KeyTableTest seed " + seed);
        Random random = new Random(seed);
        Map<Object, KeyChain<Object>> model = new HashMap<>();
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            all.addAll(List.of(i, (long) i, "key " + i, new Coarse(i), List.of(i)));
        }
        for (int step = 0; step < 20_000; step++) {
            Object key = all.get(random.nextInt(all.size()));
            KeyChain<Object> there = model.get(key);
            assertThat(find(key)).as("seed %s, step %s, %s", seed, step, key).isSameAs(there);
            if (there == null) {
                KeyChain<Object> made = new KeyChain<>(key(key));
                table.add(made);
                model.put(key, made);
            } else if (random.nextInt(5) > 0) {
                table.remove(there);
                model.remove(key);
            }
            assertThat(table.size()).isEqualTo(model.size());
        }
        List<KeyChain<Object>> seen = new ArrayList<>();
        table.forEach(seen::add);
        assertThat(seen).containsExactlyInAnyOrderElementsOf(model.values());
        model.values().forEach(table::remove);
        assertThat(table.isWithoutMemory()).isTrue();
        assertThat(table.size()).isZero();
    }

    @Test
    void hundreds_of_thousands_of_keys_come_and_go() {
        List<KeyChain<Object>> chains = new ArrayList<>();
        for (int i = 0; i < 300_000; i++) {
            KeyChain<Object> chain = new KeyChain<>(key("customer-" + i));
            table.add(chain);
            chains.add(chain);
        }
        assertThat(find("customer-123456")).isSameAs(chains.get(123_456));
        assertThat(find("customer-300000")).isNull();
        assertThat(longestBucket(chains)).as("the hash spreads them").isLessThan(16);
        chains.forEach(table::remove);
        assertThat(table.isWithoutMemory()).isTrue();
    }

    private int longestBucket(List<KeyChain<Object>> chains) {
        int longest = 0;
        for (KeyChain<Object> chain : chains) {
            int length = 0;
            for (KeyChain<Object> next = table.bucket(chain.key.hash()); next != null; next = next.nextInBucket) {
                length++;
            }
            longest = Math.max(longest, length);
        }
        return longest;
    }

    @Test
    void strings_that_collide_in_java_do_not_here() {
        assertThat("AaAa".hashCode()).isEqualTo("BBBB".hashCode());
        assertThat(key("AaAa").hash()).isNotEqualTo(key("BBBB").hash());
        assertThat(key("AaAa").hash()).isEqualTo(key(new String("AaAa".toCharArray())).hash());
    }

    @Test
    void a_chain_that_is_not_in_the_table_cannot_leave_it() {
        KeyChain<Object> stranger = new KeyChain<>(key("a"));
        assertThatThrownBy(() -> table.remove(stranger)).isInstanceOf(AssertionError.class);
        table.add(new KeyChain<>(key("a")));
        assertThatThrownBy(() -> table.remove(stranger)).isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("not in the table: KeyChain[");
        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void recent_keys_are_a_table_of_fixed_size() {
        RecentKeys<LeaseWord> recent = new RecentKeys<>(1);
        LeaseWord worker = new LeaseWord() {
        };
        recent.put(5, worker);
        assertThat(recent.of(5)).isSameAs(worker);
        assertThat(recent.of(6)).isNull();
        recent.put(5 + 64, worker); // takes the place of the first
        assertThat(recent.of(5)).isNull();
        assertThat(recent.of(5 + 64)).isSameAs(worker);
    }
}
