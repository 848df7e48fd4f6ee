package io.github.ppool.cluster.store;

import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A store in the memory of one JVM, for tests: several nodes in one JVM, and a clock that a test moves. Its sessions
 * keep the rules of {@link LeaseStore} as those of a database do, and never fail before they are closed.
 *
 * <p>Its times are the clock's, counted from 1970-01-01 when the store is made.
 */
public final class MemoryLeaseStore implements LeaseStore {

    private final MonotonicClock clock;
    private final long origin;
    private final Map<NodeId, Node> nodes = new TreeMap<>();
    /** By name; the index is the slot. */
    private final Map<String, List<Slot>> slots = new TreeMap<>();
    private final Map<String, LedgerRow> ledgers = new TreeMap<>();
    /** In the order in which they were sent. */
    private final Map<UUID, Sent> broadcasts = new LinkedHashMap<>();

    /**
     * A new store without any node.
     *
     * @param clock the clock of the store
     */
    public MemoryLeaseStore(MonotonicClock clock) {
        this.clock = Objects.requireNonNull(clock, "clock must not be null");
        this.origin = clock.nanoTime();
    }

    @Override
    public LeaseSession open(Duration timeout) {
        return new Session();
    }

    /** Nanoseconds since the store was made. */
    private long now() {
        return clock.nanoTime() - origin;
    }

    private static Instant instant(long nanos) {
        return Instant.EPOCH.plusNanos(nanos);
    }

    private static final class Node {
        private final long since;
        private final Map<String, Integer> wishes = new TreeMap<>();
        private long expires;
        private boolean draining;

        Node(long since, long expires, boolean draining) {
            this.since = since;
            this.expires = expires;
            this.draining = draining;
        }
    }

    private static final class Slot {
        private @Nullable NodeId holder;
        private long token;
        private long since;
        private long restsUntil = Long.MIN_VALUE;
        private boolean handOver;

        void free(long restUntil) {
            holder = null;
            handOver = false;
            restsUntil = restUntil;
        }
    }

    private static final class Sent {
        private final BroadcastRequest request;
        private final long sent;
        private final long beginUntil;
        private final long keptUntil;
        /** By the nodes that are asked; an empty answer is none. */
        private final Map<NodeId, String> answers = new TreeMap<>();
        private boolean ended;

        Sent(BroadcastRequest request, long sent, long beginUntil, long keptUntil) {
            this.request = request;
            this.sent = sent;
            this.beginUntil = beginUntil;
            this.keptUntil = keptUntil;
        }
    }

    /** All methods hold the lock of the store, so each is one transaction. */
    private final class Session implements LeaseSession {

        private boolean closed;

        private void checkOpen() {
            if (closed) {
                throw new LeaseStoreException("the session is closed", null);
            }
        }

        @Override
        public void checkSchema() {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
            }
        }

        @Override
        public void join(NodeId node, Duration lease, boolean draining) {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                if (nodes.putIfAbsent(node, new Node(now(), now() + lease.toNanos(), draining)) != null) {
                    throw new LeaseStoreException("the node " + node + " has joined before", null);
                }
            }
        }

        /** The node, if its lease has not ended. */
        private @Nullable Node living(NodeId id) {
            Node node = nodes.get(id);
            return node == null || node.expires <= now() ? null : node;
        }

        @Override
        public Optional<Renewal> renew(NodeId id, Duration lease) {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                Node node = living(id);
                if (node == null) {
                    return Optional.empty();
                }
                node.expires = now() + lease.toNanos();
                int expired = (int) nodes.values().stream().filter(other -> other.expires <= now()).count();
                long soonest = nodes.entrySet().stream()
                        .filter(entry -> !entry.getKey().equals(id) && entry.getValue().expires > now())
                        .mapToLong(entry -> Duration.ofNanos(entry.getValue().expires - now()).toMillis())
                        .min()
                        .orElse(Renewal.NO_OTHER);
                int held = permitsOf(id).size();
                Set<String> contested = new HashSet<>();
                Set<String> available = new HashSet<>();
                Set<String> handOvers = new HashSet<>();
                slots.forEach((name, list) -> {
                    if (list.stream().anyMatch(slot -> id.equals(slot.holder)) && isWantedByOthers(id, name)) {
                        contested.add(name);
                    }
                    if (node.wishes.containsKey(name) && list.stream().anyMatch(this::isFree)) {
                        available.add(name);
                    }
                    if (list.stream().anyMatch(slot -> id.equals(slot.holder) && slot.handOver)) {
                        handOvers.add(name);
                    }
                });
                return Optional.of(new Renewal(
                        node.draining, expired, soonest, held, contested, available, handOvers,
                        broadcasts.values().stream().anyMatch(sent -> "".equals(sent.answers.get(id))),
                        broadcasts.values().stream().anyMatch(sent -> sent.keptUntil < now())));
            }
        }

        private boolean isFree(Slot slot) {
            return slot.holder == null && slot.restsUntil <= now();
        }

        private boolean isWantedByOthers(NodeId id, String name) {
            return nodes.entrySet().stream()
                    .anyMatch(entry -> !entry.getKey().equals(id) && entry.getValue().wishes.containsKey(name));
        }

        @Override
        public List<NodeId> takeOver(int batch, Duration rest) {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                List<NodeId> expired = nodes.entrySet().stream()
                        .filter(entry -> entry.getValue().expires <= now())
                        .sorted(Comparator.comparing(entry -> entry.getValue().expires))
                        .limit(batch)
                        .map(Map.Entry::getKey)
                        .toList();
                expired.forEach(id -> remove(id, now() + rest.toNanos()));
                return expired;
            }
        }

        private void remove(NodeId id, long restUntil) {
            if (nodes.remove(id) != null) {
                slots.values().forEach(list -> list.stream()
                        .filter(slot -> id.equals(slot.holder))
                        .forEach(slot -> slot.free(restUntil)));
            }
        }

        @Override
        public void leave(NodeId node) {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                remove(node, now());
            }
        }

        @Override
        public void prepare(String name, int limit) {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                List<Slot> list = slots.computeIfAbsent(name, unused -> new ArrayList<>());
                while (list.size() < limit) {
                    list.add(new Slot());
                }
            }
        }

        @Override
        public List<Permit> acquire(NodeId node, String name, int limit, int count, boolean unlessWanted) {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                if (living(node) == null || (unlessWanted && isWantedByOthers(node, name))) {
                    return List.of();
                }
                List<Slot> list = slots.getOrDefault(name, List.of());
                long held = list.stream().filter(slot -> slot.holder != null).count();
                long most = Math.min(count, limit - held);
                List<Permit> permits = new ArrayList<>();
                for (int i = 0; i < Math.min(limit, list.size()) && permits.size() < most; i++) {
                    Slot slot = list.get(i);
                    if (isFree(slot)) {
                        slot.holder = node;
                        slot.token++;
                        slot.since = now();
                        permits.add(new Permit(name, i, slot.token));
                    }
                }
                return permits;
            }
        }

        @Override
        public int release(NodeId node, Collection<Permit> permits) {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                int released = 0;
                for (Permit permit : permits) {
                    List<Slot> list = slots.getOrDefault(permit.name(), List.of());
                    Slot slot = permit.slot() < list.size() ? list.get(permit.slot()) : null;
                    if (slot != null && node.equals(slot.holder) && slot.token == permit.token()) {
                        slot.free(now());
                        released++;
                    }
                }
                return released;
            }
        }

        @Override
        public List<Permit> held(NodeId node) {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                return permitsOf(node);
            }
        }

        private List<Permit> permitsOf(NodeId node) {
            List<Permit> permits = new ArrayList<>();
            slots.forEach((name, list) -> {
                for (int i = 0; i < list.size(); i++) {
                    if (node.equals(list.get(i).holder)) {
                        permits.add(new Permit(name, i, list.get(i).token));
                    }
                }
            });
            return permits;
        }

        @Override
        public void wish(NodeId id, Map<String, Integer> wanted) {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                Node node = living(id);
                if (node != null) {
                    wanted.forEach((name, count) -> {
                        if (count > 0) {
                            node.wishes.put(name, count);
                        } else {
                            node.wishes.remove(name);
                        }
                    });
                }
            }
        }

        @Override
        public List<Claim> claims(String name) {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                List<Slot> list = slots.getOrDefault(name, List.of());
                List<Claim> claims = new ArrayList<>();
                nodes.forEach((id, node) -> {
                    int held = (int) list.stream().filter(slot -> id.equals(slot.holder)).count();
                    int wanted = node.wishes.getOrDefault(name, 0);
                    if (held > 0 || wanted > 0) {
                        claims.add(new Claim(id, held, wanted, node.draining));
                    }
                });
                return claims;
            }
        }

        @Override
        public int requestHandOver(String name) {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                List<Slot> held = slots.getOrDefault(name, List.of()).stream()
                        .filter(slot -> slot.holder != null)
                        .toList();
                held.forEach(slot -> slot.handOver = true);
                return held.size();
            }
        }

        @Override
        public int drain(String name, boolean draining) {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                List<Node> named = nodes.entrySet().stream()
                        .filter(entry -> entry.getKey().name().equals(name))
                        .map(Map.Entry::getValue)
                        .toList();
                named.forEach(node -> node.draining = draining);
                return named.size();
            }
        }

        @Override
        public LedgerRow ledger(String name) {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                return atPresent(ledgers.getOrDefault(name, new LedgerRow(0, "", 0)));
            }
        }

        private LedgerRow atPresent(LedgerRow row) {
            return new LedgerRow(row.version(), row.text(), now() / 1_000);
        }

        @Override
        public boolean replaceLedger(String name, long version, String text) {
            synchronized (MemoryLeaseStore.this) {
                if (text.length() > LONGEST_LEDGER) {
                    throw new IllegalArgumentException(
                            "ledger must have at most " + LONGEST_LEDGER + " characters, got " + text.length());
                }
                if (ledger(name).version() != version) {
                    return false;
                }
                ledgers.put(name, new LedgerRow(version + 1, text, 0));
                return true;
            }
        }

        @Override
        public SortedMap<String, LedgerRow> ledgers() {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                SortedMap<String, LedgerRow> all = new TreeMap<>();
                ledgers.forEach((name, row) -> all.put(name, atPresent(row)));
                return all;
            }
        }

        @Override
        public int sendBroadcast(BroadcastRequest broadcast, Duration begin, Duration keep, int most) {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                List<NodeId> living = nodes.keySet().stream().filter(id -> living(id) != null).toList();
                if (living.size() <= most && !broadcasts.containsKey(broadcast.id())) {
                    Sent sent = new Sent(broadcast, now(), now() + begin.toNanos(), now() + keep.toNanos());
                    living.forEach(id -> sent.answers.put(id, ""));
                    broadcasts.put(broadcast.id(), sent);
                }
                return living.size();
            }
        }

        @Override
        public List<BroadcastRequest> broadcasts(NodeId node) {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                return broadcasts.values().stream()
                        .filter(sent -> "".equals(sent.answers.get(node)) && !sent.ended && sent.beginUntil > now())
                        .map(sent -> sent.request)
                        .toList();
            }
        }

        @Override
        public boolean answerBroadcast(UUID id, NodeId node, String answer) {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                Sent sent = broadcasts.get(id);
                return sent != null && sent.answers.replace(node, "", answer);
            }
        }

        @Override
        public List<BroadcastAnswer> broadcastAnswers(UUID id) {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                Sent sent = broadcasts.get(id);
                return sent == null ? List.of() : answersOf(sent);
            }
        }

        private List<BroadcastAnswer> answersOf(Sent sent) {
            return sent.answers.entrySet().stream()
                    .map(entry -> new BroadcastAnswer(entry.getKey(),
                            entry.getValue().isEmpty() ? null : entry.getValue(), living(entry.getKey()) == null))
                    .toList();
        }

        @Override
        public void endBroadcast(UUID id) {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                Sent sent = broadcasts.get(id);
                if (sent != null) {
                    sent.ended = true;
                }
            }
        }

        @Override
        public int removeBroadcasts() {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                int before = broadcasts.size();
                broadcasts.values().removeIf(sent -> sent.keptUntil < now());
                return before - broadcasts.size();
            }
        }

        @Override
        public List<BroadcastRow> allBroadcasts() {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                List<BroadcastRow> all = new ArrayList<>();
                broadcasts.values().forEach(sent -> all.add(new BroadcastRow(
                        sent.request.id(), sent.request.pool(), sent.request.name(), instant(sent.sent),
                        !sent.ended && sent.keptUntil > now(), answersOf(sent))));
                Collections.reverse(all);
                return all;
            }
        }

        @Override
        public LeaseSnapshot snapshot() {
            synchronized (MemoryLeaseStore.this) {
                checkOpen();
                List<LeaseSnapshot.NodeRow> nodeRows = new ArrayList<>();
                List<LeaseSnapshot.WishRow> wishRows = new ArrayList<>();
                nodes.forEach((id, node) -> {
                    nodeRows.add(new LeaseSnapshot.NodeRow(
                            id, instant(node.since), instant(node.expires), node.expires <= now(), node.draining));
                    node.wishes.forEach((name, count) -> wishRows.add(new LeaseSnapshot.WishRow(name, id, count)));
                });
                nodeRows.sort(Comparator.comparing((LeaseSnapshot.NodeRow row) -> row.node().name())
                        .thenComparing(LeaseSnapshot.NodeRow::since)
                        .thenComparing(LeaseSnapshot.NodeRow::node));
                wishRows.sort(Comparator.comparing(LeaseSnapshot.WishRow::name)
                        .thenComparing(LeaseSnapshot.WishRow::node));
                List<LeaseSnapshot.PermitRow> permitRows = new ArrayList<>();
                slots.forEach((name, list) -> {
                    for (int i = 0; i < list.size(); i++) {
                        Slot slot = list.get(i);
                        boolean held = slot.holder != null;
                        permitRows.add(new LeaseSnapshot.PermitRow(
                                name,
                                i,
                                slot.token,
                                slot.holder,
                                held ? instant(slot.since) : null,
                                !held && slot.restsUntil > now(),
                                slot.handOver));
                    }
                });
                return new LeaseSnapshot(nodeRows, permitRows, wishRows);
            }
        }

        @Override
        public void close() {
            synchronized (MemoryLeaseStore.this) {
                closed = true;
            }
        }
    }
}
