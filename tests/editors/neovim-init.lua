-- What a user has in the own configuration.

vim.o.swapfile = false
vim.lsp.config('werfkit', { cmd = { assert(vim.env.WERFKIT), 'lsp' } })
vim.lsp.enable('werfkit')
