-- The language server for `vim.lsp.enable('werfkit')`. Settings go under `werfkit`, see |werfkit-settings|.

---@type vim.lsp.Config
return {
  cmd = { 'werfkit', 'lsp' },
  filetypes = { 'yaml.werf' },
  -- One server for a repository: it knows the projects below its root.
  root_markers = { '.git', 'werf.yaml', 'werf.yml', 'werf-giterminism.yaml', '.werf' },
  get_language_id = function()
    return 'werf-yaml'
  end,
  settings = { werfkit = vim.empty_dict() },
  before_init = function(params, config)
    params.initializationOptions = vim.tbl_get(config, 'settings', 'werfkit')
  end,
  handlers = {
    ['werfkit/status'] = function(_, result)
      require('werfkit')._on_status(result)
    end,
  },
  commands = {
    -- What the lens "used by N" asks for.
    ['werfkit.showReferences'] = function(command, context)
      require('werfkit')._show_references(command, context)
    end,
    ['werfkit.explain'] = function(command)
      require('werfkit').explain(command.arguments and command.arguments[1])
    end,
    ['werfkit.showRendered'] = function()
      require('werfkit').rendered()
    end,
  },
}
