-- The commands; what they do is in lua/werfkit/init.lua.

if vim.g.loaded_werfkit then
  return
end
vim.g.loaded_werfkit = true

vim.api.nvim_create_user_command('WerfkitRendered', function(options)
  require('werfkit').rendered({ mods = options.smods })
end, { desc = 'Show the text that werf parses, beside' })

vim.api.nvim_create_user_command('WerfkitGraph', function(options)
  require('werfkit').graph({ file = options.args ~= '' and options.args or nil, mods = options.smods })
end, { nargs = '?', complete = 'file', desc = 'Show how images use each other, or write it as SVG' })

vim.api.nvim_create_user_command('WerfkitExplain', function(options)
  require('werfkit').explain(options.args ~= '' and options.args or nil, { mods = options.smods })
end, {
  nargs = '?',
  complete = function(lead)
    return vim.tbl_filter(function(rule)
      return vim.startswith(rule, lead)
    end, require('werfkit').rules_in_buffer())
  end,
  desc = 'Show the page of a rule',
})
