-- `:checkhealth werfkit`

local M = {}

local function check_program()
  vim.health.start('werfkit: program')
  local config = vim.lsp.config.werfkit
  if not config then
    return vim.health.error('no configuration `werfkit`: is the plugin on the runtimepath?')
  end
  if type(config.cmd) ~= 'table' then
    return vim.health.info('the program is started by a function of yours')
  end
  local program = config.cmd[1]
  if vim.fn.executable(program) ~= 1 then
    return vim.health.error('`' .. program .. '` is not executable', {
      'install it: `cargo install --path .` in a clone of werfkit',
      "or name it: `vim.lsp.config('werfkit', { cmd = { '/path/to/werfkit', 'lsp' } })`",
    })
  end
  local result = vim.system({ program, '--version' }, { text = true }):wait(5000)
  if result.code == 0 then
    vim.health.ok(vim.trim(result.stdout) .. ' at ' .. vim.fn.exepath(program))
  else
    vim.health.error('`' .. program .. ' --version` fails: ' .. vim.trim(result.stderr or ''))
  end
end

local function check_editor()
  vim.health.start('werfkit: editor')
  if vim.fn.has('nvim-0.11') ~= 1 then
    return vim.health.error('Neovim 0.11 or newer is needed for `vim.lsp.config`')
  end
  vim.health.ok('Neovim ' .. tostring(vim.version()))
  local enabled
  if vim.lsp.is_enabled then
    enabled = vim.lsp.is_enabled('werfkit')
  else
    enabled = vim.lsp._enabled_configs['werfkit'] ~= nil
  end
  if enabled then
    vim.health.ok('the server is enabled')
  else
    vim.health.warn('the server is not enabled', "put `vim.lsp.enable('werfkit')` into your configuration")
  end
  local found = vim.filetype.match({ filename = 'werf.yaml' })
  if found == 'yaml.werf' then
    vim.health.ok('`werf.yaml` has the filetype `yaml.werf`')
  else
    vim.health.error('`werf.yaml` has the filetype `' .. tostring(found) .. '`, not `yaml.werf`', {
      'is `:filetype on`?',
      'does something else call `vim.filetype.add` for it?',
    })
  end
end

local function check_clients()
  vim.health.start('werfkit: running servers')
  local clients = vim.lsp.get_clients({ name = 'werfkit' })
  if #clients == 0 then
    vim.health.info('none; one starts with the first file of werf')
  end
  for _, client in ipairs(clients) do
    local buffers = vim.tbl_keys(client.attached_buffers)
    vim.health.ok(('client %d in `%s`, %d buffer(s), positions in %s'):format(client.id, client.root_dir or '(no root)', #buffers, client.offset_encoding))
    for _, buffer in ipairs(buffers) do
      local status = require('werfkit').status(buffer)
      if status ~= '' then
        vim.health.info(vim.api.nvim_buf_get_name(buffer) .. ': ' .. status)
      end
      for _, other in ipairs(vim.lsp.get_clients({ bufnr = buffer })) do
        if other.name == 'yamlls' then
          vim.health.warn('`yamlls` is attached to ' .. vim.api.nvim_buf_get_name(buffer), 'it does not understand templates: take `yaml.werf` out of its `filetypes`')
        end
      end
    end
  end
end

function M.check()
  check_program()
  check_editor()
  check_clients()
end

return M
