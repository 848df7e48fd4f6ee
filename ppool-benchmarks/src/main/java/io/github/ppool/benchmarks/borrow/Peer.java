package io.github.ppool.benchmarks.borrow;

import io.github.ppool.pool.PoolStrategy;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import stormpot.Pool;

/** All lenders, each configured as its documentation recommends for speed. */
public enum Peer {
    PPOOL_LIFO(size -> new PpoolLender(size, PoolStrategy.LIFO, false)),
    PPOOL_FIFO(size -> new PpoolLender(size, PoolStrategy.FIFO, false)),
    PPOOL_AFFINE(size -> new PpoolLender(size, PoolStrategy.AFFINE, false)),
    /** ppool with the stack of each borrower kept, which is off by default: the cost of that. */
    PPOOL_LIFO_LEAK_DETECTION(size -> new PpoolLender(size, PoolStrategy.LIFO, true)),
    /** Without expiry: no check is made on the way. */
    STORMPOT_NO_EXPIRY(size -> new StormpotLender(size, false, Pool::getThreadSafeTap)),
    /** As it comes: objects expire after eight to ten minutes. */
    STORMPOT(size -> new StormpotLender(size, true, Pool::getThreadSafeTap)),
    /** The tap that it has for virtual threads. */
    STORMPOT_VIRTUAL_NO_EXPIRY(size -> new StormpotLender(size, false, Pool::getVirtualThreadSafeTap)),
    /** A tap for each thread, which no other thread may use. */
    STORMPOT_SINGLE_NO_EXPIRY(size -> new StormpotLender(size, false, pool -> new OwnTaps<>(pool))),
    CONCURRENT_BAG(ConcurrentBagLender::new),
    ARRAY_BLOCKING_QUEUE(size -> new QueueLender(size, new ArrayBlockingQueue<>(size))),
    ARRAY_BLOCKING_QUEUE_FAIR(size -> new QueueLender(size, new ArrayBlockingQueue<>(size, true))),
    LINKED_BLOCKING_DEQUE(DequeLender::new),
    LINKED_TRANSFER_QUEUE(size -> new QueueLender(size, new LinkedTransferQueue<>())),
    COMMONS_POOL(size -> new CommonsLender(size, false)),
    COMMONS_POOL_FAIR(size -> new CommonsLender(size, true)),
    VIBUR(size -> new ViburLender(size, false)),
    VIBUR_FAIR(size -> new ViburLender(size, true)),
    REACTOR_POOL(ReactorLender::new);

    private interface Opening {
        Lender open(int size) throws Exception;
    }

    private final Opening opening;

    Peer(Opening opening) {
        this.opening = opening;
    }

    /** A lender with all its objects made. */
    Lender open(int size) throws Exception {
        return opening.open(size);
    }
}
