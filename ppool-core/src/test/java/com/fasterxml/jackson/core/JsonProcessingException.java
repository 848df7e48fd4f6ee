package com.fasterxml.jackson.core;

import java.io.IOException;

/** Stands for the exception of Jackson 2, which is no dependency: the list of broken resources knows it by its name. */
public class JsonProcessingException extends IOException {
    private static final long serialVersionUID = 1L;

    public JsonProcessingException(String message) {
        super(message);
    }
}
