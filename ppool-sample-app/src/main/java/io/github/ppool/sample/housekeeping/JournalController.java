package io.github.ppool.sample.housekeeping;

import java.util.List;
import org.springframework.context.annotation.Profile;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The journal of both instances, which each of them shows. */
@RestController
@Profile("cluster")
class JournalController {

    private static final int SHOWN = 5;

    private final Journal journal;

    JournalController(Journal journal) {
        this.journal = journal;
    }

    /** The newest lines first. */
    @GetMapping("/housekeeping")
    List<Journal.Line> lines() {
        return journal.lines(SHOWN);
    }
}
