package io.github.ppool.cluster.engine;

import io.github.ppool.cluster.store.NodeId;
import io.github.ppool.cluster.store.Permit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A desk of a test, which grants and takes the permits. */
final class FakeDesk implements PermitDesk {

    private static final NodeId NODE = NodeId.ofNew("test");

    final Map<String, Account> accounts = new ConcurrentHashMap<>();

    @Override
    public PermitAccount open(String name, int limit, PermitUser user) {
        Account account = new Account(name, user);
        accounts.put(name, account);
        return account;
    }

    Account of(String tree) {
        return accounts.get(Singletons.PREFIX + tree);
    }

    static final class Account implements PermitAccount {
        final String name;
        final PermitUser user;
        volatile boolean closed;
        volatile @Nullable Granted granted;
        private @Nullable Granted atHand;

        Account(String name, PermitUser user) {
            this.name = name;
            this.user = user;
        }

        boolean isWanted() {
            return user.wanted() == 1;
        }

        Granted grant(long token) {
            Granted next = new Granted(new Permit(name, 0, token));
            synchronized (this) {
                atHand = next;
            }
            granted = next;
            user.available();
            return next;
        }

        void lose() {
            granted.held = false;
            user.lost();
        }

        @Override
        public synchronized @Nullable HeldPermit poll() {
            Granted taken = atHand;
            atHand = null;
            return taken;
        }

        @Override
        public @Nullable HeldPermit acquire() {
            throw new AssertionError("a loop never asks and waits");
        }

        @Override
        public void wantedChanged() {}

        @Override
        public void close() {
            closed = true;
        }
    }

    static final class Granted implements HeldPermit {
        private final Permit permit;
        volatile boolean held = true;
        volatile boolean released;

        Granted(Permit permit) {
            this.permit = permit;
        }

        @Override
        public Permit permit() {
            return permit;
        }

        @Override
        public NodeId node() {
            return NODE;
        }

        @Override
        public boolean isHeld() {
            return held;
        }

        @Override
        public void release() {
            released = true;
            held = false;
        }
    }
}
