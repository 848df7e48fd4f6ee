package io.github.ppool.benchmarks.borrow;

import java.util.function.Function;
import stormpot.Allocator;
import stormpot.BasePoolable;
import stormpot.Expiration;
import stormpot.Pool;
import stormpot.PoolBuilder;
import stormpot.PoolTap;
import stormpot.Slot;
import stormpot.Timeout;

/** Stormpot, by one of its taps. */
final class StormpotLender implements Lender {

    private static final Timeout TIMEOUT = new Timeout(PATIENCE);

    private final Pool<Pot> pool;
    private final PoolTap<Pot> tap;

    StormpotLender(int size, boolean expires, Function<Pool<Pot>, PoolTap<Pot>> whichTap) throws InterruptedException {
        PoolBuilder<Pot> builder = Pool.from(new PotAllocator()).setSize(size);
        if (!expires) {
            builder.setExpiration(Expiration.never());
        }
        pool = builder.build();
        tap = whichTap.apply(pool);
        Pot[] all = new Pot[size]; // made in the background: taken all at once, they are all there
        for (int i = 0; i < size; i++) {
            all[i] = pool.claim(TIMEOUT);
        }
        for (Pot pot : all) {
            pot.release();
        }
    }

    @Override
    public Object borrow() throws InterruptedException {
        Pot pot = tap.claim(TIMEOUT);
        if (pot == null) {
            throw Lender.noneCame();
        }
        return pot;
    }

    @Override
    public Borrowed object(Object handle) {
        return ((Pot) handle).borrowed;
    }

    @Override
    public void giveBack(Object handle) {
        ((Pot) handle).release();
    }

    @Override
    public void close() {
        pool.shutdown();
    }

    static final class Pot extends BasePoolable {
        private final Borrowed borrowed = new Borrowed();

        Pot(Slot slot) {
            super(slot);
        }
    }

    private static final class PotAllocator implements Allocator<Pot> {
        @Override
        public Pot allocate(Slot slot) {
            return new Pot(slot);
        }

        @Override
        public void deallocate(Pot pot) {}
    }
}
