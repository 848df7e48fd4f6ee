package io.github.ppool.site;

import static io.github.ppool.site.Drawing.Look.EXTRA;
import static io.github.ppool.site.Drawing.Look.FAULT;
import static io.github.ppool.site.Drawing.Look.FRAME;
import static io.github.ppool.site.Drawing.Look.NOTE;
import static io.github.ppool.site.Drawing.Look.PART;
import static io.github.ppool.site.Drawing.Look.WORK;

import java.util.Map;

/** The pictures of the concepts, by the names of their files in {@code docs/images}. */
final class Pictures {

    static final Map<String, Drawing> ALL = Map.of(
            "concept-pool.svg", pool(),
            "concept-worker.svg", worker(),
            "concept-borrow.svg", borrow(),
            "concept-tree.svg", tree(),
            "concept-plan.svg", plan(),
            "concept-cluster.svg", cluster());

    private Pictures() {
    }

    private static Drawing pool() {
        Drawing drawing = new Drawing(372, "The anatomy of a pool",
                "Callers stand in one queue. The pool has places for workers: as many as its size, and some more while "
                        + "they are needed. Each worker has a process, and a supervisor above restarts it by a plan.");
        drawing.frame(FRAME, 250, 52, 494, 304, "pool 'smtp': size 2, max-overflow 1")
                .box(PART, 400, 84, 190, 40, "supervisor of the pool")
                .box(PART, 610, 84, 118, 40, "restart plan")
                .arrow(NOTE, 608, 104, 594, 104);
        String[] places = {"smtp/1", "smtp/2", "smtp/3"};
        for (int place = 0; place < places.length; place++) {
            int x = 268 + 160 * place;
            boolean kept = place < 2;
            drawing.frame(kept ? FRAME : EXTRA, x, 168, 146, 134, kept ? "place" : "place, while needed")
                    .box(PART, x + 12, 198, 122, 42, "process", places[place])
                    .box(WORK, x + 12, 248, 122, 42, "worker", "a connection")
                    .arrow(NOTE, 495, 126, x + 73, 166);
        }
        return drawing.note(268, 330, "size: workers that are kept")
                .note(566, 330, "max-overflow: more of them")
                .box(WORK, 16, 84, 110, 40, "a thread", "borrows")
                .box(WORK, 16, 134, 110, 40, "a thread", "borrows")
                .box(WORK, 16, 184, 110, 40, "a task", "is handed over")
                .box(PART, 148, 112, 92, 84, "one queue,", "in order,", "with a limit")
                .arrow(PART, 128, 104, 146, 128)
                .arrow(PART, 128, 154, 146, 154)
                .arrow(PART, 128, 204, 146, 180)
                .arrow(PART, 190, 198, 190, 268, 276, 268)
                .note(16, 290, "The head of the queue gets")
                .note(16, 307, "the next worker that is idle.");
    }

    private static Drawing worker() {
        return new Drawing(372, "The life of a worker",
                "A worker is made, is idle, is borrowed or works, and is idle again. An old or surplus worker is "
                        + "closed. A worker that crashes waits as its restart plan says, and its place gets a new one.")
                .box(PART, 40, 140, 120, 52, "starting", "create()")
                .box(WORK, 260, 140, 120, 52, "idle")
                .box(WORK, 520, 84, 180, 44, "borrowed", "by a thread or a stage")
                .box(WORK, 520, 202, 180, 44, "working", "on a task")
                .box(PART, 260, 296, 120, 52, "stopping", "destroy()")
                .box(FAULT, 520, 296, 180, 52, "waiting to restart", "as the plan says")
                .arrow(PART, 162, 166, 258, 166)
                .label(210, 158, "is made")
                .arrow(PART, 382, 156, 440, 156, 440, 100, 518, 100)
                .label(476, 92, "checkout")
                .arrow(PART, 518, 116, 456, 116, 456, 166, 382, 166)
                .label(492, 134, "check-in")
                .arrow(PART, 382, 176, 440, 176, 440, 216, 518, 216)
                .label(478, 210, "a task")
                .arrow(PART, 518, 234, 400, 234, 400, 184, 382, 184)
                .label(462, 249, "it is done")
                .arrow(PART, 320, 194, 320, 294)
                .note(196, 244, "surplus, old,")
                .note(196, 260, "or worn")
                .arrow(FAULT, 610, 248, 610, 294)
                .arrow(FAULT, 702, 106, 730, 106, 730, 320, 702, 320)
                .fault(660, 274, "it crashes")
                .arrow(FAULT, 360, 194, 360, 280, 470, 280, 470, 310, 518, 310)
                .fault(420, 273, "a check fails")
                .arrow(FAULT, 518, 334, 430, 334, 430, 362, 20, 362, 20, 166, 38, 166)
                .fault(474, 350, "again")
                .arrow(FAULT, 76, 138, 76, 92, 124, 92, 124, 138)
                .fault(110, 82, "create() fails: the creation plan")
                .label(320, 132, "validate(), keepAlive()");
    }

    private static Drawing borrow() {
        Drawing drawing = new Drawing(376, "Borrow, or hand over",
                "A borrower uses the worker on its own thread and gives it back. A task that is handed over runs on "
                        + "the worker's own thread, and the caller goes on at once.");
        drawing.note(16, 64, "Borrow: transaction(…), checkout()")
                .note(16, 240, "Hand over: asyncQueue(…), syncQueue(…), run(…)");
        for (int at : new int[]{76, 252}) {
            drawing.note(16, at + 28, "caller's thread").note(16, at + 84, "worker's process")
                    .line(NOTE, 140, at + 24, 736, at + 24)
                    .line(NOTE, 140, at + 80, 736, at + 80);
        }
        return drawing
                .box(PART, 150, 84, 104, 32, "waits in turn")
                .box(WORK, 258, 84, 230, 32, "your code, with the worker")
                .box(PART, 492, 84, 90, 32, "check-in")
                .box(PART, 258, 140, 324, 32, "leaves the worker alone")
                .arrow(PART, 586, 100, 726, 100)
                .label(656, 92, "goes on")
                .box(PART, 150, 260, 104, 32, "the queue")
                .arrow(PART, 258, 276, 726, 276)
                .label(500, 268, "goes on at once, and asks the Task later")
                .arrow(NOTE, 214, 294, 256, 328)
                .box(WORK, 258, 316, 230, 32, "your code, with the worker")
                .box(PART, 492, 316, 90, 32, "result")
                .arrow(NOTE, 584, 324, 640, 280)
                .note(258, 368, "An exception crashes the worker, unless the pool is told that it survives.")
                .note(258, 192, "An exception goes to the caller; one of a broken resource crashes the worker.");
    }

    private static Drawing tree() {
        return new Drawing(392, "A tree, and how a fault climbs it",
                "A worker crashes. Its supervisor restarts it. If that happens too often, the supervisor itself ends, "
                        + "and the one above restarts it. Other pools are not touched.")
                .box(PART, 300, 56, 170, 44, "supervisor 'ppool'")
                .box(PART, 60, 160, 180, 44, "supervisor", "of pool 'smtp'")
                .box(PART, 300, 160, 170, 44, "supervisor", "of pool 'reports'")
                .box(PART, 540, 160, 180, 44, "your own tree", "rest_for_one")
                .arrow(PART, 340, 102, 170, 158)
                .arrow(PART, 385, 102, 385, 158)
                .arrow(PART, 430, 102, 610, 158)
                .box(FAULT, 40, 280, 90, 40, "smtp/1")
                .box(WORK, 160, 280, 90, 40, "smtp/2")
                .box(WORK, 300, 280, 80, 40, "reports/1")
                .box(WORK, 390, 280, 80, 40, "reports/2")
                .box(WORK, 540, 280, 80, 40, "store")
                .box(WORK, 640, 280, 80, 40, "sender")
                .line(NOTE, 130, 206, 85, 278)
                .line(NOTE, 170, 206, 205, 278)
                .line(NOTE, 370, 206, 340, 278)
                .line(NOTE, 400, 206, 430, 278)
                .line(NOTE, 612, 206, 580, 278)
                .line(NOTE, 648, 206, 680, 278)
                .arrow(FAULT, 66, 278, 100, 210)
                .fault(54, 246, "1 exit")
                .arrow(FAULT, 110, 158, 296, 84)
                .fault(168, 112, "2 gives up")
                .note(40, 344, "1  A worker crashes. Its supervisor asks the plan and restarts it.")
                .note(40, 362,
                        "2  The plan is at its end. Its workers end, and the supervisor; 'ppool' starts it again.")
                .note(40, 380, "3  After five times within a minute the pool stays down, alone. All others go on.");
    }

    private static Drawing plan() {
        Drawing drawing = new Drawing(292, "A plan as a rail",
                "A restart plan is a rail with stations. Each crash moves the child one station on. A long quiet time "
                        + "puts it back to the begin. At the end of the rail it begins anew, or its supervisor "
                        + "gives up.");
        drawing.line(PART, 60, 136, 640, 136);
        String[] stations = {"restart", "5s", "backoff 1s..1m", "wait"};
        String[] meanings = {"at once", "in 5 seconds", "in 1 s, 2 s, 4 s …", "down, until"};
        String[] more = {"", "", "up to 1 minute", "an operator acts"};
        for (int station = 0; station < stations.length; station++) {
            int x = 40 + 160 * station;
            drawing.box(PART, x, 116, 124, 40, stations[station])
                    .label(x + 62, 176, meanings[station])
                    .label(x + 62, 192, more[station]);
            if (station < 3) {
                drawing.arrow(FAULT, x + 126, 128, x + 158, 128).fault(x + 142, 108, "crash");
            }
        }
        return drawing.box(FAULT, 666, 106, 78, 60, "the", "supervisor", "gives up")
                .arrow(FAULT, 646, 128, 664, 128)
                .arrow(NOTE, 582, 114, 582, 70, 102, 70, 102, 114)
                .label(342, 62, "count: how many times the rail is gone along; infinity never gives up")
                .arrow(NOTE, 422, 200, 422, 234, 56, 234, 56, 158)
                .note(56, 252,
                        "reset-after: so long without a crash, and it begins anew; in a pool, after a success, too")
                .note(40, 280, "plan: [restart, 5s, \"backoff 1s..1m*8\", wait]");
    }

    private static Drawing cluster() {
        Drawing drawing = new Drawing(372, "Nodes, leases, permits",
                "Each node renews a lease in the database. It takes a permit for each worker of a limited pool. A node "
                        + "that dies stops renewing, and the others take its permits when its lease has ended.");
        String[] names = {"node 1", "node 2", "node 3"};
        for (int node = 0; node < 3; node++) {
            int x = 40 + 240 * node;
            boolean dead = node == 2;
            drawing.frame(dead ? EXTRA : FRAME, x, 52, 200, 120, dead ? names[node] + ", which has died" : names[node]);
            for (int worker = 0; worker < (node == 0 ? 2 : 1); worker++) {
                drawing.box(dead ? EXTRA : WORK, x + 14 + 88 * worker, 84, 82, 36, "worker");
            }
            drawing.box(dead ? EXTRA : PART, x + 14, 128, 172, 32, dead ? "no heartbeat" : "heartbeat: lease / 5");
            if (!dead) {
                drawing.arrow(PART, x + 100, 174, x + 100, 226);
            }
        }
        return drawing
                .frame(FRAME, 40, 228, 680, 128, "the application's database")
                .box(PART, 60, 258, 190, 36, "lease of node 1: 15 s")
                .box(PART, 284, 258, 190, 36, "lease of node 2: 15 s")
                .box(FAULT, 508, 258, 190, 36, "lease of node 3: ends")
                .box(WORK, 60, 306, 90, 36, "permit: 1")
                .box(WORK, 160, 306, 90, 36, "permit: 1")
                .box(WORK, 284, 306, 90, 36, "permit: 2")
                .box(FAULT, 508, 306, 90, 36, "permit: 3")
                .arrow(FAULT, 506, 324, 478, 324)
                .box(EXTRA, 384, 306, 90, 36, "permit: 2")
                .note(608, 322, "goes to another")
                .note(608, 338, "node then");
    }
}
