package io.github.ppool.pool.engine;

import io.github.ppool.pool.GroupStrategy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** The order in which the members of a group are asked. Any thread; holds no lock. */
final class GroupOrder<W> {

    private final GroupStrategy strategy;
    private final List<GroupMember<W>> members;
    /** Of {@link GroupStrategy#ROUND_ROBIN}: the member with which the next caller begins. */
    private final AtomicInteger next = new AtomicInteger();

    GroupOrder(GroupStrategy strategy, List<GroupMember<W>> members) {
        this.strategy = strategy;
        this.members = members;
    }

    /** The order for one more caller. */
    List<GroupMember<W>> next() {
        if (members.size() == 1) {
            return members;
        }
        return switch (strategy) {
            case FIRST -> members;
            case ROUND_ROBIN -> rotated(next.getAndIncrement());
            case LEAST_BUSY -> byLoad();
            case RANDOM -> shuffled();
        };
    }

    private List<GroupMember<W>> rotated(int by) {
        List<GroupMember<W>> order = new ArrayList<>(members);
        Collections.rotate(order, -Math.floorMod(by, members.size()));
        return order;
    }

    /** The loads are read once each, because an order must not change while it is made. */
    private List<GroupMember<W>> byLoad() {
        Map<GroupMember<W>, Double> loads = HashMap.newHashMap(members.size());
        members.forEach(member -> loads.put(member, member.load()));
        List<GroupMember<W>> order = new ArrayList<>(members);
        order.sort(Comparator.comparing(member -> loads.getOrDefault(member, Double.MAX_VALUE)));
        return order;
    }

    private List<GroupMember<W>> shuffled() {
        List<GroupMember<W>> order = new ArrayList<>(members);
        Collections.shuffle(order, ThreadLocalRandom.current());
        return order;
    }
}
