package com.example.stranger;

import io.github.ppool.spring.boot.PoolWorker;

/** A worker with a class that is called like its pool. */
@PoolWorker("greeter")
class Greeter {
    String greet(String whom) {
        return "hello " + whom;
    }
}
