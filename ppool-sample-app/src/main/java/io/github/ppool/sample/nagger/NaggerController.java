package io.github.ppool.sample.nagger;

import jakarta.validation.Valid;
import java.net.URI;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Naggers over HTTP. */
@RestController
@RequestMapping("/naggers")
class NaggerController {

    private final Naggers naggers;

    NaggerController(Naggers naggers) {
        this.naggers = naggers;
    }

    /** Starts a nagger. Status 201 if it has its place, 202 if it may have to wait for one, 429 if it gets none. */
    @PostMapping
    ResponseEntity<NaggerView> start(@Valid @RequestBody NaggerRequest request) {
        NaggerView nagger = naggers.start(request);
        return ResponseEntity.status(request.mode() == Mode.ASYNC ? HttpStatus.ACCEPTED : HttpStatus.CREATED)
                .location(URI.create("/naggers/" + nagger.id()))
                .body(nagger);
    }

    @GetMapping
    List<NaggerView> list() {
        return naggers.list();
    }

    @GetMapping("/{id}")
    NaggerView get(@PathVariable long id) {
        return naggers.get(id);
    }

    /** Stops a nagger, which is still listed for a while. */
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void stop(@PathVariable long id) {
        naggers.stop(id);
    }
}
