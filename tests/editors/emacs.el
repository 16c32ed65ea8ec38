;;; emacs.el --- eglot with the configuration of editors/README.md, against the real server  -*- lexical-binding: t -*-

;; Run by .ci/editors: emacs --quick --batch --load tests/editors/emacs.el
;; with the environment INIT (the configuration), WERFKIT and PROJECT.  Ends with 0 when every test passed.

(require 'cl-lib)
(require 'package)
;; Where Debian puts packages.
(add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa")
(add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa-src")
(package-initialize)
(require 'eglot)
(require 'flymake)

(setenv "PATH" (concat (file-name-directory (getenv "WERFKIT")) path-separator (getenv "PATH")))
(push (file-name-directory (getenv "WERFKIT")) exec-path)
(setq eglot-autoshutdown nil
      eglot-confirm-server-initiated-edits nil
      make-backup-files nil
      create-lockfiles nil)
(load (getenv "INIT") nil t)

(defvar passed 0)
(defvar failed 0)

(defmacro check (name &rest body)
  "Run BODY as the test NAME: it must give something."
  (declare (indent 1))
  `(condition-case failure
       (progn
         (cl-assert (progn ,@body))
         (cl-incf passed)
         (princ (format "ok - emacs: %s\n" ,name)))
     (error
      (cl-incf failed)
      (princ (format "not ok - emacs: %s\n%S\n" ,name failure)))))

(defun wait-for (condition)
  "Let the server talk until CONDITION gives something, and return that."
  (let ((end (+ (float-time) 20)) value)
    (while (and (not (setq value (funcall condition))) (< (float-time) end))
      (accept-process-output nil 0.05))
    value))

(defun findings ()
  "The texts of the findings in the current buffer."
  (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))

(find-file (expand-file-name "werf.yaml" (getenv "PROJECT")))

(check "files of werf have their mode"
  (eq major-mode 'werf-yaml-mode))

;; In a batch there is no command loop, which would start it.
(run-hooks 'post-command-hook)
(unless (eglot-current-server)
  (apply #'eglot--connect (eglot--guess-contact)))

(check "the server is started"
  (wait-for #'eglot-managed-p))

(check "findings arrive"
  (flymake-start)
  (wait-for (lambda ()
              (cl-some (lambda (text) (string-match-p "fromCacheversion" text)) (findings)))))

(check "hover"
  (goto-char (point-min))
  (search-forward "fromImage")
  (let ((answer (jsonrpc-request (eglot--current-server-or-lose) :textDocument/hover
                                 (eglot--TextDocumentPositionParams))))
    (string-match-p "image" (format "%S" (plist-get answer :contents)))))

(check "definition of an image"
  (goto-char (point-min))
  (search-forward "fromImage: ba")
  (let ((places (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot))))
    (and places
         (= (xref-location-line (xref-item-location (car places))) 4))))

(check "completion"
  (goto-char (point-max))
  (insert "fromCache")
  (let* ((capf (eglot-completion-at-point))
         (names (all-completions "fromCache" (nth 2 capf))))
    (delete-region (line-beginning-position) (point))
    (cl-some (lambda (name) (string-match-p "fromCacheVersion" name)) names)))

(check "rename of an image"
  (goto-char (point-min))
  (search-forward "image: ba")
  (eglot-rename "common")
  (goto-char (point-min))
  (and (re-search-forward "^image: common$" nil t)
       (re-search-forward "^fromImage: common$" nil t)))

(set-buffer-modified-p nil)
(check "the server ends when it is told to"
  (eglot-shutdown (eglot-current-server))
  t)

(princ (format "emacs: %d passed, %d failed\n" passed failed))
(kill-emacs (if (= failed 0) 0 1))
