// The scripts are written for the browsers that Open edX supports, plain, without a build step (docs/decisions).
import js from "@eslint/js";
import globals from "globals";

export default [
    js.configs.recommended,
    {
        files: ["xblocks/*/static/**/*.js", "devstack/static/**/*.js"],
        languageOptions: {
            ecmaVersion: 2022,
            sourceType: "script",
            globals: globals.browser,
        },
        linterOptions: { reportUnusedDisableDirectives: "error" },
        // XBlock's runtime finds a block's script as a global function, so global functions are allowed.
        rules: {
            "array-callback-return": "error",
            "consistent-return": "error",
            curly: ["error", "multi-line"],
            eqeqeq: "error",
            "no-console": "error",
            "no-eval": "error",
            "no-implied-eval": "error",
            "no-restricted-globals": ["error", { name: "$", message: "There is no jQuery here." }, "jQuery", "event", "name"],
            "no-restricted-properties": ["error", { object: "document", property: "write" }],
            "no-shadow": "error",
            "no-unused-vars": ["error", { args: "after-used", varsIgnorePattern: "^(Badges|MicroQuiz|Nudge|Workshop|Reflection)", caughtErrors: "none" }],
            "no-use-before-define": ["error", { functions: false, variables: false }],
            "no-var": "error",
            "object-shorthand": "error",
            "prefer-const": "error",
            "require-await": "error",
        },
    },
];
